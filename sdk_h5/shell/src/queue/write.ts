/** One write on its way: how it is kept, and what becomes of it. */
import type { QueuedCall, QueuedState } from '@onecity/host';
import { LONGEST, shorten } from '@/service/words';
import type { Asker } from './contract';

export interface Write extends QueuedState {
  asker: Asker;
  /** What is to be sent; null once it was sent or refused, for then nobody needs it any more. */
  call: QueuedCall | null;
  /** In milliseconds: when it was added, and when it may be tried. */
  added: number;
  due: number;
  tries: number;
  /** Why it does not go on by itself, or was refused: a problem's slug, or one of ours. */
  reason?: string | undefined;
  /** What the department said of it, as it said it. */
  words?: string | undefined;
  /** Whether the resident has seen what came of it. */
  seen: boolean;
}

/** What came of one try. `status` 0 where no answer came. */
export interface Outcome {
  status: number;
  retry?: boolean | undefined;
  code?: string | undefined;
  message?: string | undefined;
}

/** The gateway forgets keys after 24 hours: sent later, a call that arrived the first time might happen twice. */
export const LONGEST_MS = 23 * 3_600_000;
export const EXPIRED = 'expired';

const SOONEST_MS = 5_000;
const LATEST_MS = 300_000;
const ASK_AGAIN_MS = 60_000;

/** What the resident can mend, by opening the service: until then the call waits. */
const ASKS = new Set([
  'consent-needed',
  'scope-missing',
  'scope-not-granted',
  'level-too-low',
  'account-on-hold',
  'mandate-covers-less',
  'step-up-needed',
]);
/** Refusals that are none: the same call is under way, or will be taken a little later. */
const LATER = new Set([408, 425, 429]);
const IN_FLIGHT = 'idempotency-key-in-flight';

export function newWrite(asker: Asker, call: QueuedCall, now: number): Write {
  const { key } = call;
  const title = shorten(call.title, LONGEST.question);
  const at = new Date(now).toISOString();
  return {
    id: crypto.randomUUID(),
    key,
    title,
    state: 'queued',
    at,
    asker,
    call,
    added: now,
    due: now,
    tries: 0,
    seen: false,
  };
}

/** What the mini-service is told. */
export function stateOf({ id, key, title, state, status, at }: Write): QueuedState {
  return { id, key, title, state, ...(status !== undefined && { status }), at };
}

export const waits = (write: Write): boolean => write.state === 'queued';
export const asks = ({ state, reason }: Write): boolean =>
  state === 'queued' && reason !== undefined && ASKS.has(reason);
export const isExpired = (write: Write, now: number): boolean => waits(write) && now - write.added > LONGEST_MS;

/** The write after a try. A refusal is final: a department that said no would only say it again. */
export function afterTry(write: Write, { status, retry, code, message }: Outcome, now: number): Write {
  const tried = { ...write, tries: write.tries + 1, status, at: new Date(now).toISOString() };
  if (status >= 200 && status < 300)
    return { ...tried, state: 'sent', call: null, reason: undefined, words: undefined };
  if (status === 401 || (code !== undefined && ASKS.has(code)))
    return { ...tried, reason: code, due: now + ASK_AGAIN_MS };
  if (retry || status < 400 || status >= 500 || LATER.has(status) || code === IN_FLIGHT)
    return { ...tried, reason: undefined, due: now + pause(tried.tries) };
  return refused({ ...tried, words: message }, code ?? `http-${status}`, now);
}

export function refused(write: Write, reason: string, now: number): Write {
  return { ...write, state: 'refused', call: null, reason, at: new Date(now).toISOString() };
}

/** Twice as long after each try, to five minutes; spread, so that a city that comes back is not met by all at once. */
function pause(tries: number): number {
  const longest = Math.min(SOONEST_MS * 2 ** (tries - 1), LATEST_MS);
  return longest / 2 + Math.random() * (longest / 2);
}
