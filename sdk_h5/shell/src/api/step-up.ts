/** Proving again, within the session, that it is the owner. None of these may ask for a step-up in turn. */
import { request } from './client';
import type { CodeSent, PasskeyRequest, TypedFactor } from './sign-in';

export type StepUpMethod = 'code' | 'password' | 'totp' | 'passkey';

const post = <T>(path: string, body: unknown): Promise<T> =>
  request('POST', `/api/v1/step-up/${path}`, { body, unasked: true });

export const stepUpMethods = (): Promise<{ methods: string[] }> =>
  request('GET', '/api/v1/step-up/methods', { unasked: true });

export const sendStepUpCode = (): Promise<CodeSent> => post('codes', {});
export const stepUpByCode = (code: string): Promise<void> => post('code', { code });
export const stepUpByPassword = (password: string): Promise<void> => post('password', { password });
export const stepUpByTOTP = (code: string): Promise<void> => post('totp', { code });
export const stepUpPasskeyOptions = (): Promise<PasskeyRequest> => post('passkey/options', {});

export const stepUpByPasskey = (challenge: string, credential: unknown): Promise<void> =>
  post('passkey', { challenge, credential });

export const stepUpBySecondFactor = (ticket: string, method: TypedFactor, code: string): Promise<void> =>
  post('second-factor', { ticket, method, code });
