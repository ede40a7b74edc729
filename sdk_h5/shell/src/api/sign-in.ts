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

/** The answer to a `challenge-needed`: see proof/answer.ts. */
export interface Proof {
  challenge: string;
  nonce: string;
}

/** `passkey` is offered as another way in, not sent as a code. */
export type SecondFactor = 'totp' | 'recovery-code' | 'passkey';
export type TypedFactor = Exclude<SecondFactor, 'passkey'>;

const post = <T>(path: string, body: unknown): Promise<T> =>
  request('POST', `/api/v1/sign-in/${path}`, { body, anonymous: true });

export const sendCode = (phone: string, proof?: Proof): Promise<CodeSent> => post('codes', { phone, proof });

/** Fails with `second-factor-needed`, whose members are the ticket and the methods. */
export const signIn = (phone: string, code: string, device: string, proof?: Proof): Promise<SignedIn> =>
  post('sessions', { phone, code, device, proof });

export const signInByPassword = (phone: string, password: string, device: string, proof?: Proof): Promise<SignedIn> =>
  post('password', { phone, password, device, proof });

export const signInBySecondFactor = (
  ticket: string,
  method: TypedFactor,
  code: string,
  device: string,
  proof?: Proof,
): Promise<SignedIn> => post('second-factor', { ticket, method, code, device, proof });

/** Under the ticket of `number-recycled`: a fresh account with the number. */
export const beginAnew = (ticket: string, device: string): Promise<SignedIn> => post('newcomer', { ticket, device });

/** Under the same ticket: the account is the resident's own, by who they are. It is on hold afterwards. */
export const proveOwner = (ticket: string, name: string, idNumber: string, device: string): Promise<SignedIn> =>
  post('owner', { ticket, name, id_number: idNumber, device });

export interface PasskeyRequest {
  challenge: string;
  public_key: PublicKeyCredentialRequestOptionsJSON;
}

export const passkeySignInOptions = (): Promise<PasskeyRequest> => post('passkey/options', {});

export const signInByPasskey = (challenge: string, credential: unknown, device: string): Promise<SignedIn> =>
  post('passkey', { challenge, credential, device });
