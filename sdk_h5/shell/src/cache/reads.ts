/**
 * Reads that are kept, encrypted, for when the network is away.
 *
 * Network first, always. What was kept stands in when the city cannot be reached, or takes longer than one likes to
 * look at nothing; what comes late is then handed to the page that asked, which fetches it once more.
 */
import { isAway, saysNobody } from '@/api/problem';
import { fresh, keptShown, network, showedKept } from '@/state/network';
import { type Kept, type Seat, vault } from '@/vault';
import { offshoots } from './offshoots';
import type { Sort } from './paths';

const PATIENCE_MS = 4_000;
const PATIENCE_OFFLINE_MS = 1_000;
/** For so long a late answer is handed out instead of asking again. */
const LATE_MS = 10_000;
const MOST = 500;
/** As long as a session that nobody uses: then the content of a resident who never came back goes. */
const LONGEST_MS = 30 * 86_400_000;
const PRUNE_EVERY = 50;

const late = new Map<string, Kept<unknown>>();
/** How often the app itself wrote under a name: a read that was asked before is out of date when it comes. */
const written = new Map<string, number>();
const WAITING = Symbol('waiting');
let nobody: () => void = () => undefined;
let writes = 0;

/** Names the one told when a late answer says that nobody is signed in. */
export function onNobody(listener: () => void): void {
  nobody = listener;
}

export async function kept<T>(name: string, sort: Sort, ask: () => Promise<T>): Promise<T> {
  const handed = taken<T>(name);
  if (handed) return handed.value;
  const seat = await vault.ready();
  const isNewest = watchWrites(name);
  const asked = ask().then((value) => {
    if (isNewest()) void keep(sort === 'public' ? vault.seat() : seat, name, value);
    return value;
  });
  // It may fail before what was kept is found; whoever waits for it hears of that all the same.
  asked.catch(() => undefined);
  const copy = await seat?.get<T>('cache', name).catch(() => null);
  if (!copy) return asked;
  return orKept(asked, copy, { name, sort, seat: seat as Seat, isNewest });
}

interface Place {
  name: string;
  sort: Sort;
  seat: Seat;
  isNewest: () => boolean;
}

async function orKept<T>(asked: Promise<T>, copy: Kept<T>, { name, sort, seat, isNewest }: Place): Promise<T> {
  try {
    const first = await Promise.race([asked, waited(network.offline ? PATIENCE_OFFLINE_MS : PATIENCE_MS)]);
    if (first !== WAITING) return first as T;
    asked.then(
      (value) => isNewest() && cameLate(seat, name, value),
      (error) => failedLate(seat, error),
    );
  } catch (error) {
    if (isAway(error)) return shown(copy, sort);
    // The server said no: what was kept is no longer so.
    if (!isAborted(error)) await seat.remove('cache', name).catch(() => undefined);
    throw error;
  }
  return shown(copy, sort);
}

function shown<T>({ value, at }: Kept<T>, sort: Sort): T {
  showedKept(at, sort === 'background');
  return value;
}

function cameLate(seat: Seat, name: string, value: unknown): void {
  if (vault.seat()?.label !== seat.label) return;
  late.set(name, { value, at: Date.now() });
  fresh();
}

function failedLate(seat: Seat, error: unknown): void {
  if (saysNobody(error) && vault.seat()?.label === seat.label) nobody();
}

/** Whether an answer came late under this name and was not taken yet. */
export const isLate = (name: string): boolean => late.has(name);

function taken<T>(name: string): Kept<T> | undefined {
  const found = late.get(name) as Kept<T> | undefined;
  late.delete(name);
  return found && Date.now() - found.at < LATE_MS ? found : undefined;
}

/** Keeps an answer. That this fails is no reason to disturb anybody. */
async function keep(seat: Seat | null, name: string, value: unknown): Promise<void> {
  if (!seat || value === undefined) return;
  writes += 1;
  try {
    for (const [each, part] of [[name, value] as const, ...offshoots(name, value)]) await seat.put('cache', each, part);
    if (writes % PRUNE_EVERY === 1) await seat.prune('cache', Date.now() - LONGEST_MS, MOST);
  } catch {
    // No more room: the oldest half goes, and the next answer finds some.
    await seat.prune('cache', 0, MOST / 2).catch(() => undefined);
  }
}

/** What the app knows by itself: reading it back without a network must not show what was there before. */
export async function rewrite(name: string, value: unknown): Promise<void> {
  await put(await vault.ready(), name, value);
}

/** For a write that is yet to be sent: what it leaves is kept for whoever was here when it was, and for nobody else. */
export async function rewriting(name: string): Promise<(value: unknown) => Promise<void>> {
  const seat = await vault.ready();
  return (value) => {
    overtake(name);
    return put(seat, name, value);
  };
}

async function put(seat: Seat | null, name: string, value: unknown): Promise<void> {
  if (value === undefined) await seat?.remove('cache', name).catch(() => undefined);
  else await keep(seat, name, value);
}

/** What is on its way under a name, or came late, is older than what was just written. */
function overtake(name: string): void {
  late.delete(name);
  written.set(name, (written.get(name) ?? 0) + 1);
}

function watchWrites(name: string): () => boolean {
  const before = written.get(name);
  return () => written.get(name) === before;
}

export function forgetLate(): void {
  late.clear();
  written.clear();
}

export { keptShown };

function waited(milliseconds: number): Promise<typeof WAITING> {
  return new Promise((resolve) => setTimeout(() => resolve(WAITING), milliseconds));
}

const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
