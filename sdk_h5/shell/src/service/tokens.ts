import { mintToken } from '@/api/consents';
import type { ServiceToken } from '@/api/types';

const FRESH_MS = 60_000;

export interface Tokens {
  /** A token to hand out. The one that opening the page brought is handed out first, while it is fresh. */
  next: () => Promise<ServiceToken>;
  /** Who the resident is to this service, and what the service may know. */
  known: () => ServiceToken;
}

/** `mandate`: the one the page was opened under. */
export function makeTokens(
  service: string,
  first: ServiceToken,
  now: () => number = Date.now,
  mandate?: string,
): Tokens {
  const got = now();
  let spare: ServiceToken | null = first;
  let last = first;

  async function next(): Promise<ServiceToken> {
    const kept = spare && now() - got < FRESH_MS ? spare : null;
    spare = null;
    last = kept ?? (await mintToken(service, mandate));
    return last;
  }

  return { next, known: () => last };
}
