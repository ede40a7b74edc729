import { badReply } from './errors.js';
import { own } from './shape.js';

/** The mini-session token: in memory only, asked for once however many calls need it. */
export interface Tokens {
  get(): Promise<string>;
  /** Forgets this token, or whichever is held; a newer one than `stale` stays. */
  drop(stale?: string): void;
}

const RENEW_BEFORE_MS = 30_000;

export function createTokens(ask: () => Promise<unknown>): Tokens {
  let held: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function renew(): Promise<string> {
    try {
      const reply = await ask();
      const token = own(reply, 'token');
      const seconds = own(reply, 'expires_in');
      if (typeof token !== 'string' || typeof seconds !== 'number') throw badReply();
      held = { token, until: Date.now() + seconds * 1_000 };
      return token;
    } finally {
      asking = undefined;
    }
  }

  return {
    async get() {
      if (held && held.until - Date.now() > RENEW_BEFORE_MS) return held.token;
      asking ??= renew();
      return asking;
    },
    drop(stale) {
      if (stale === undefined || held?.token === stale) held = undefined;
    },
  };
}
