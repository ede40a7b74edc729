import { BridgeError } from '@onecity/host';

const REFUSALS = 3;
const REST_MS = 30_000;

export type Patience = <T>(ask: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Not RATE_LIMITED: that one the SDK sends again by itself, and the question would come up half a minute later. */
const tired = (): BridgeError => new BridgeError('REFUSED', 'The resident refused three times.', { retry: true });

/** No, or nothing: the resident sent the question away. */
const isRefusal = (answer: unknown): boolean => answer === false || answer === null;

/**
 * All that one page asks the resident, one question at a time. After three refusals in a row none may be asked for half
 * a minute, those in waiting included: a service that asks for ever would keep its sheets over the way out. A yes
 * starts the count anew; a question that was taken back does not count.
 */
export function makePatience(now: () => number = Date.now): Patience {
  let refused = 0;
  let restUntil = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function count(answer: unknown): void {
    refused = isRefusal(answer) ? refused + 1 : 0;
    if (refused < REFUSALS) return;
    refused = 0;
    restUntil = now() + REST_MS;
  }

  async function put<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw new BridgeError('ABORTED', 'The question was taken back.');
    if (now() < restUntil) throw tired();
    const answer = await ask();
    if (!signal.aborted) count(answer);
    return answer;
  }

  return (ask, signal) => {
    const mine = turn.then(() => put(ask, signal));
    turn = mine.catch(() => undefined);
    return mine;
  };
}
