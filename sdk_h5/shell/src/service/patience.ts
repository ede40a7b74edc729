import { BridgeError } from '@onecity/host';

const REFUSALS = 3;
const REST_MS = 30_000;

/**
 * A question that was refused three times in a row may not be asked again for half a minute: a service that asks for
 * ever would keep its dialog over the way out. A yes starts the count anew.
 */
export function withPatience<Arguments extends unknown[]>(
  ask: (...args: Arguments) => Promise<boolean>,
  now: () => number = Date.now,
): (...args: Arguments) => Promise<boolean> {
  let refused = 0;
  let restUntil = 0;
  return async (...args) => {
    if (now() < restUntil) throw new BridgeError('RATE_LIMITED', 'The resident refused three times.', { retry: true });
    const yes = await ask(...args);
    refused = yes ? 0 : refused + 1;
    if (refused >= REFUSALS) {
      refused = 0;
      restUntil = now() + REST_MS;
    }
    return yes;
  };
}
