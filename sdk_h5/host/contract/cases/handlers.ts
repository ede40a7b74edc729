import type { Handler, HandlerCall } from '../../src/index.js';
import { passing } from '../expect.js';

/** A handler that gives its parameters back, after a while. */
export const echo =
  (ms = 0): Handler =>
  async (params) => {
    if (ms) await passing(ms);
    return params;
  };

export interface Watched {
  handler: Handler;
  /** How often it was called, and how often it was told to stop. */
  calls: number;
  stops: number;
}

/** A handler that ends only when it is told to. */
export function endless(): Watched {
  const watched: Watched = {
    calls: 0,
    stops: 0,
    handler: (_params: unknown, { signal }: HandlerCall) => {
      watched.calls += 1;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          watched.stops += 1;
          reject(signal.reason);
        });
      });
    },
  };
  return watched;
}

export const GENEROUS = { inFlight: 2_000, burst: 5_000, perSecond: 5_000 };
