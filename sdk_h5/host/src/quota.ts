import type { Limits } from '@onecity/sdk/wire';
import { createBucket } from './limits.js';

/** What one service may still do, whichever of its frames it asks from, before or after a reload. */
export interface Quota {
  inFlight: number;
  mayPass(): boolean;
}

export type Quotas = (service: string, limits: Limits) => Quota;

const MOST_SERVICES = 100;

/** Remembers the quota of every service it was asked for; of very many, the longest unused is forgotten. */
export function createQuotas(most = MOST_SERVICES): Quotas {
  const known = new Map<string, Quota>();
  return (service, limits) => {
    const quota = known.get(service) ?? { inFlight: 0, mayPass: createBucket(limits) };
    known.delete(service);
    known.set(service, quota);
    if (known.size > most) known.delete(leastMissed(known));
    return quota;
  };
}

/** Of all but the newest, the longest unused that has no work under way; failing that, the longest unused. */
function leastMissed(known: ReadonlyMap<string, Quota>): string {
  const services = [...known.keys()].slice(0, -1);
  const idle = services.find((service) => known.get(service)?.inFlight === 0);
  return idle ?? (services[0] as string);
}

/** Takes a place in flight and gives the function that frees it, once however often it is called. */
export function occupy(quota: Quota): () => void {
  let held = true;
  quota.inFlight += 1;
  return () => {
    if (held) quota.inFlight -= 1;
    held = false;
  };
}
