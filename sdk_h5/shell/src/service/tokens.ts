import { BridgeError } from '@onecity/host';
import { mintToken } from '@/api/consents';
import type { ServiceToken } from '@/api/types';

const FRESH_MS = 60_000;

export interface Tokens {
  /** Settles when the service may be open at all: with the first token, or with why not. */
  ready: () => Promise<ServiceToken>;
  /** A token to hand out. The one that opening the page brought is handed out first, while it is fresh. */
  next: () => Promise<ServiceToken>;
  /** After a change of what the service may know: what was known is out of date. */
  renew: () => Promise<ServiceToken>;
}

export interface TokenOptions {
  service: string;
  /** The one that opening the page brings, which may still be under way. */
  first: ServiceToken | Promise<ServiceToken>;
  /** The one the page was opened under. */
  mandate?: string | undefined;
  now?: () => number;
  /** Hears why a later token was refused. */
  onRefused?: (error: unknown) => void;
}

export function makeTokens({ service, first, mandate, now = Date.now, onRefused }: TokenOptions): Tokens {
  const got = now();
  let last = Promise.resolve(first);
  let spare = true;
  // Whoever waits for it hears of the failure; nobody may be waiting yet.
  last.catch(() => undefined);

  async function mint(): Promise<ServiceToken> {
    const fresh = mintToken(service, mandate);
    try {
      const token = await fresh;
      if (token.sub !== (await first).sub) throw new BridgeError('session-ended', 'Somebody else is signed in.');
      last = fresh;
      return token;
    } catch (error) {
      onRefused?.(error);
      throw error;
    }
  }

  async function next(): Promise<ServiceToken> {
    const kept = spare && now() - got < FRESH_MS;
    spare = false;
    return kept ? last : mint();
  }

  async function renew(): Promise<ServiceToken> {
    const token = await mint();
    spare = true;
    return token;
  }

  return { ready: () => last, next, renew };
}
