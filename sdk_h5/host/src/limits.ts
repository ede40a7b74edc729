import type { Limits } from '@onecity/sdk/wire';

export const DEFAULT_LIMITS: Limits = { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 };

/** Handshakes are for loading and reloading: a frame that wants more of them is not well. */
export const HANDSHAKE_RATE = { burst: 10, perSecond: 1 };

/** Developers should see why a greeting was refused, not a console full of it. */
export const REPORT_RATE = { burst: 5, perSecond: 0.2 };

/** A token bucket: `burst` at once, then `perSecond`. Returns whether one more may pass now. */
export function createBucket({ burst, perSecond }: Pick<Limits, 'burst' | 'perSecond'>): () => boolean {
  let level = burst;
  let at = performance.now();
  return () => {
    const now = performance.now();
    level = Math.min(burst, level + ((now - at) / 1_000) * perSecond);
    at = now;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}
