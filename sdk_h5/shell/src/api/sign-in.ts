import { request } from './client';
import type { Account, Session } from './types';

export interface CodeSent {
  expires_in: number;
  resend_in: number;
}

export interface SignedIn {
  account: Account;
  session: Session;
  new_account: boolean;
}

export const sendCode = (phone: string): Promise<CodeSent> =>
  request('POST', '/api/v1/sign-in/codes', { body: { phone }, anonymous: true });

export const signIn = (phone: string, code: string, device: string): Promise<SignedIn> =>
  request('POST', '/api/v1/sign-in/sessions', { body: { phone, code, device }, anonymous: true });
