import type { Token } from './wire.js';

/** The mini-session token: in memory only, asked for once however many calls need it. */
export interface Tokens {
  get(): Promise<string>;
  /** Forgets this token, or whichever is held; a newer one than `stale` stays. */
  drop(stale?: string): void;
}

const RENEW_BEFORE_MS = 30_000;

export function createTokens(ask: () => Promise<Token>): Tokens {
  let held: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  return {
    async get() {
      if (held && held.until - Date.now() > RENEW_BEFORE_MS) return held.token;
      asking ??= ask()
        .then(({ token, expires_in }) => {
          held = { token, until: Date.now() + expires_in * 1_000 };
          return token;
        })
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
    drop(stale) {
      if (!stale || held?.token === stale) held = undefined;
    },
  };
}
