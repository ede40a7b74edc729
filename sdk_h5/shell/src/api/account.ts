import { request } from './client';
import type { CodeSent, TypedFactor } from './sign-in';
import type { Account } from './types';

export type AccountChange = Partial<Pick<Account, 'locale' | 'elder'>>;

const ROOT = '/api/v1/account';

export const readAccount = (): Promise<Account> => request('GET', ROOT, { anonymous: true });

export const changeAccount = (change: AccountChange): Promise<Account> => request('PATCH', ROOT, { body: change });

export const sendNewPhoneCode = (phone: string): Promise<CodeSent> =>
  request('POST', `${ROOT}/phone/codes`, { body: { phone } });

export const changePhone = (phone: string, code: string): Promise<Account> =>
  request('POST', `${ROOT}/phone`, { body: { phone, code } });

export const changeName = (name: string, idNumber: string): Promise<Account> =>
  request('POST', `${ROOT}/name`, { body: { name, id_number: idNumber } });

export interface MergeFactor {
  method: TypedFactor;
  factor_code: string;
}

/** A merge that can still be undone. */
export interface Merge {
  id: string;
  phone: string | null;
  merged_at: string;
  undo_until: string;
}

export const sendMergeCode = (phone: string): Promise<CodeSent> =>
  request('POST', `${ROOT}/merge/codes`, { body: { phone } });

/** Fails with `second-factor-missing` where the other account asks for a code of its second factor too. */
export const mergeAccounts = (phone: string, code: string, factor?: MergeFactor): Promise<Merge> =>
  request('POST', `${ROOT}/merge`, { body: { phone, code, ...factor } });

export const listMerges = (): Promise<{ items: Merge[] }> => request('GET', `${ROOT}/merge`);

export const undoMerge = (id: string): Promise<void> => request('DELETE', `${ROOT}/merge/${encodeURIComponent(id)}`);

export interface Deletion {
  deletes_at: string | null;
}

export const readDeletion = (): Promise<Deletion> => request('GET', `${ROOT}/deletion`);
export const askDeletion = (): Promise<Deletion> => request('POST', `${ROOT}/deletion`, { body: {} });
export const cancelDeletion = (): Promise<void> => request('DELETE', `${ROOT}/deletion`);
