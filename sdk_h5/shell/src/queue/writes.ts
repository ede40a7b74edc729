/** The writes of this resident on this device, kept sealed in the vault, and as the pages show them. */
import { BridgeError, readQueuedCall } from '@onecity/host';
import { reactive } from 'vue';
import { type Seat, VaultFull, vault } from '@/vault';
import { type Asker, type QueuedCall, type QueuedState, sameAsker } from './contract';
import { newWrite, stateOf, type Write, waits } from './write';

const MOST_OF_SERVICE = 20;
const MOST = 50;
/** How long the resident can look up what became of a write. */
const REMEMBERED_MS = 7 * 86_400_000;

type Listener = (asker: Asker, state: QueuedState) => void;
type News = { asker: Asker; state: QueuedState };

/** Oldest first. `sending`: the ids that are on their way from this tab. */
export const writes = reactive({ items: [] as Write[], sending: [] as string[] });

const listeners = new Set<Listener>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('onecity-queue');
let last: Promise<unknown> = Promise.resolve();

export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** One after the other, so that one key is not added twice. */
export function add(asker: Asker, asked: unknown): Promise<QueuedState> {
  const adding = last.then(() => added(asker, readQueuedCall(asked)));
  last = adding.catch(() => undefined);
  return adding;
}

async function added(asker: Asker, call: QueuedCall): Promise<QueuedState> {
  const seat = await seatOrNot();
  const known = await allAt(seat);
  const same = known.find((one) => one.key === call.key && one.state !== 'refused' && sameAsker(one.asker, asker));
  if (same) return stateOf(same);
  const waiting = known.filter(waits);
  const ofService = waiting.filter((one) => one.asker.service === asker.service);
  if (waiting.length >= MOST || ofService.length >= MOST_OF_SERVICE)
    throw new BridgeError('QUEUE_FULL', 'Too many calls wait for the network already.');
  const write = newWrite(asker, call, Math.max(Date.now(), (known.at(-1)?.added ?? 0) + 1));
  await put(seat, write);
  return stateOf(write);
}

/** Fails honestly: what is said to wait for the network must not be lost. */
async function put(seat: Seat, write: Write): Promise<void> {
  const kept = await seat.put('queue', write.id, write).catch((error: unknown) => {
    throw error instanceof VaultFull ? new BridgeError('QUEUE_FULL', 'The device has no more room.') : unavailable();
  });
  if (!kept) throw unavailable();
  await told(write);
}

/** Keeps what became of a write; where nobody is signed in any more there is nowhere to keep it. */
export async function save(write: Write): Promise<void> {
  const seat = await vault.ready();
  if (seat && (await seat.put('queue', write.id, write))) await told(write);
}

export async function discard(write: Write): Promise<void> {
  await (await vault.ready())?.remove('queue', write.id);
  await told({ ...write, state: 'refused' });
}

export async function all(): Promise<Write[]> {
  const seat = await vault.ready();
  return seat ? allAt(seat) : [];
}

async function allAt(seat: Seat): Promise<Write[]> {
  const found = await seat.all<Write>('queue');
  return found.map(({ value }) => value).sort((one, other) => one.added - other.added);
}

export async function list(asker: Asker): Promise<QueuedState[]> {
  return (await all()).filter((one) => sameAsker(one.asker, asker)).map(stateOf);
}

/** Reads what the pages show, and drops what ended a week ago. */
export async function refresh(): Promise<void> {
  const seat = await vault.ready();
  const found = seat ? await allAt(seat).catch((): Write[] => []) : [];
  // Somebody signed out while it was read: it is theirs, and shown to nobody.
  if (vault.seat()?.label !== seat?.label) return;
  const [old, items] = split(found, (one) => !waits(one) && Date.now() - Date.parse(one.at) > REMEMBERED_MS);
  if (old.length) await seat?.remove('queue', ...old.map((one) => one.id));
  writes.items = items;
}

/** The resident looked at the list: what ended is no news any more. */
export async function saw(): Promise<void> {
  const ended = writes.items.filter((one) => !waits(one) && !one.seen);
  const seat = await vault.ready();
  for (const write of ended) await seat?.put('queue', write.id, { ...write, seen: true });
  if (ended.length) await refresh();
}

export function clear(): void {
  writes.items = [];
  writes.sending = [];
}

async function told(write: Write): Promise<void> {
  await refresh();
  const news: News = { asker: { ...write.asker }, state: stateOf(write) };
  channel?.postMessage(news);
  tell(news);
}

function tell({ asker, state }: News): void {
  for (const listener of listeners) listener(asker, state);
}

if (channel)
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    void refresh().then(() => tell(data));
  };

const unavailable = (): BridgeError => new BridgeError('QUEUE_UNAVAILABLE', 'This browser keeps nothing for later.');

async function seatOrNot(): Promise<Seat> {
  const seat = await vault.ready();
  if (!seat) throw unavailable();
  return seat;
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
