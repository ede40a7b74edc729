import { request } from './client';
import type { Localised } from './types';

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
  synced: boolean;
}

export interface Credentials {
  password: { set: boolean; changed_at: string | null };
  passkeys: Passkey[];
  totp: { on: boolean; since: string | null };
  recovery_codes: { left: number };
}

/** `score` is zxcvbn's, 0 to 4. */
export interface Strength {
  score: number;
  breached: boolean;
  advice: Localised[];
}

export interface PasskeyCreation {
  challenge: string;
  public_key: PublicKeyCredentialCreationOptionsJSON;
}

const ROOT = '/api/v1/credentials';
const passkey = (id: string) => `${ROOT}/passkeys/${encodeURIComponent(id)}`;

export const readCredentials = (): Promise<Credentials> => request('GET', ROOT);

export const setPassword = (password: string): Promise<void> =>
  request('PUT', `${ROOT}/password`, { body: { password } });
export const removePassword = (): Promise<void> => request('DELETE', `${ROOT}/password`);

export const judgePassword = (password: string, signal?: AbortSignal): Promise<Strength> =>
  request('POST', `${ROOT}/password/strength`, { body: { password }, unasked: true, ...(signal && { signal }) });

export const passkeyCreation = (): Promise<PasskeyCreation> =>
  request('POST', `${ROOT}/passkeys/options`, { body: {} });

export const addPasskey = (challenge: string, credential: unknown, name: string): Promise<Passkey> =>
  request('POST', `${ROOT}/passkeys`, { body: { challenge, credential, name } });

export const renamePasskey = (id: string, name: string): Promise<unknown> =>
  request('PATCH', passkey(id), { body: { name } });

/** Fails with `last-strong-factor` where the account would be left weaker, unless that is `confirmed`. */
export const removePasskey = (id: string, confirmed = false): Promise<void> =>
  request('DELETE', passkey(id), { query: { confirmed: confirmed ? 'true' : undefined } });

export const beginTOTP = (): Promise<{ secret: string; uri: string }> => request('POST', `${ROOT}/totp`, { body: {} });

export const confirmTOTP = (code: string): Promise<{ recovery_codes: string[] }> =>
  request('POST', `${ROOT}/totp/confirmation`, { body: { code } });

export const removeTOTP = (): Promise<void> => request('DELETE', `${ROOT}/totp`);

export const makeRecoveryCodes = (): Promise<{ recovery_codes: string[] }> =>
  request('POST', `${ROOT}/recovery-codes`, { body: {} });
