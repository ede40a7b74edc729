/**
 * Sends what waits: service after service, each service's calls one at a time and in their order, for a second call may
 * build on the first. A call that must wait holds up those behind it, of its own service only.
 */
import type { Handlers } from '@onecity/host';
import { ApiProblem } from '@/api/problem';
import type { ServiceDetail, ServiceToken } from '@/api/types';
import { type Asker, sameAsker } from './contract';
import { readOutcome } from './settlement';
import { afterTry, EXPIRED, isExpired, type Outcome, refused, type Write, waits } from './write';

/** What sending needs of the rest of the app. */
export interface Desk {
  all(): Promise<Write[]>;
  save(write: Write): Promise<void>;
  readService(id: string): Promise<ServiceDetail>;
  mintToken(id: string, mandate?: string): Promise<ServiceToken>;
  /** Opens the carrier page of a service and serves it until it has taken all, or is late. */
  carry(service: ServiceDetail, handlers: Handlers, signal: AbortSignal): Promise<void>;
  sending(ids: string[]): void;
  now(): number;
}

export async function sendWaiting(desk: Desk, signal: AbortSignal): Promise<void> {
  await expire(desk);
  for (const asker of askersOf(await desk.all())) {
    if (signal.aborted) return;
    if (await nextOf(desk, asker)) await sendOf(desk, asker, signal);
  }
}

async function expire(desk: Desk): Promise<void> {
  const now = desk.now();
  for (const write of await desk.all()) if (isExpired(write, now)) await desk.save(refused(write, EXPIRED, now));
}

function askersOf(all: readonly Write[]): Asker[] {
  const askers: Asker[] = [];
  for (const { asker } of all.filter(waits)) if (!askers.some((one) => sameAsker(one, asker))) askers.push(asker);
  return askers;
}

/** The first that waits, once it is due. */
async function nextOf(desk: Desk, asker: Asker): Promise<Write | undefined> {
  const first = (await desk.all()).find((one) => waits(one) && sameAsker(one.asker, asker));
  return first && first.due <= desk.now() ? first : undefined;
}

async function sendOf(desk: Desk, asker: Asker, signal: AbortSignal): Promise<void> {
  try {
    const service = await desk.readService(asker.service);
    const token = await mintFor(desk, asker);
    // Whoever signed in meanwhile has a queue of their own, and a courier for it.
    if (signal.aborted) return;
    await desk.carry(service, errandsOf(desk, asker, token), signal);
  } catch (error) {
    const first = await nextOf(desk, asker);
    if (first && !signal.aborted) await desk.save(afterTry(first, outcomeOf(error), desk.now()));
  } finally {
    desk.sending([]);
  }
}

/** Another resident's browser by now: what the one before them left goes out in nobody's name but their own. */
async function mintFor(desk: Desk, { service, mandate, sub }: Asker): Promise<ServiceToken> {
  const token = await desk.mintToken(service, mandate);
  if (sub !== undefined && sub !== token.sub) throw new Error('Somebody else is signed in.');
  return token;
}

/** A service that is gone refuses for good; whatever else keeps a token away is heard as the call's own failure. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ApiProblem)) return { status: 0 };
  return { status: error.status, code: error.slug, message: error.detail };
}

/** What the carrier page may ask: a token as any page of the service, the next call, and to say how it went. */
export function errandsOf(desk: Desk, asker: Asker, first: ServiceToken): Handlers {
  let spare: ServiceToken | null = first;
  let handed: Write | null = null;
  let halted = false;

  async function token(): Promise<{ token: string; expires_in: number }> {
    const minted = spare ?? (await mintFor(desk, asker));
    spare = null;
    return { token: minted.token, expires_in: minted.expires_in };
  }

  async function next(): Promise<unknown> {
    handed = halted ? null : ((await nextOf(desk, asker)) ?? null);
    desk.sending(handed ? [handed.id] : []);
    return handed?.call ? { ...handed.call, headers: { ...handed.call.headers }, id: handed.id } : null;
  }

  async function settle(params: unknown): Promise<undefined> {
    const { id, ...outcome } = readOutcome(params);
    if (!handed || handed.id !== id) return undefined;
    const write = afterTry(handed, outcome, desk.now());
    handed = null;
    halted = waits(write);
    await settled(desk, write);
    return undefined;
  }

  return { token, 'queue.next': next, 'queue.settle': settle };
}

/** One that the resident gave up while it was under way is kept only to say that it was sent all the same. */
async function settled(desk: Desk, write: Write): Promise<void> {
  const there = (await desk.all()).some((one) => one.id === write.id);
  if (there || write.state === 'sent') await desk.save(write);
}
