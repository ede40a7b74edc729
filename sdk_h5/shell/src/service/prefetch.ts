/** What opening a service needs from the server, asked for at the first tap: before the page's own code has come. */
import { mintToken } from '@/api/consents';
import { readService } from '@/api/services';
import type { ServiceDetail, ServiceToken } from '@/api/types';
import { session } from '@/state/session';
import { markOpen } from './marks';

const FRESH_MS = 10_000;

export interface Fetched {
  detail: Promise<ServiceDetail>;
  token: Promise<ServiceToken>;
}

let kept: (Fetched & { key: string; at: number }) | null = null;

const keyOf = (id: string, mandate: string | undefined): string => `${id} ${mandate ?? ''}`;

/** Both at once: neither needs the other. */
export function prefetchService(id: string, mandate: string | undefined): void {
  markOpen();
  kept = { ...fetchService(id, mandate), key: keyOf(id, mandate), at: Date.now() };
}

/** What was asked for a moment ago, once; else it is asked for now. */
export function takeService(id: string, mandate: string | undefined): Fetched {
  const found = kept;
  kept = null;
  const good = found?.key === keyOf(id, mandate) && Date.now() - found.at < FRESH_MS;
  if (good) return found;
  markOpen();
  return fetchService(id, mandate);
}

function fetchService(id: string, mandate: string | undefined): Fetched {
  const fetched = { detail: readService(id), token: mintToken(id, mandate, !session.known) };
  // Whoever takes them hears of failures; perhaps nobody does.
  for (const one of Object.values(fetched)) one.catch(() => undefined);
  return fetched;
}
