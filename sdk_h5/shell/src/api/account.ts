import { request } from './client';
import type { Account } from './types';

export type AccountChange = Partial<Pick<Account, 'locale' | 'elder'>>;

export const readAccount = (): Promise<Account> => request('GET', '/api/v1/account', { anonymous: true });

export const changeAccount = (change: AccountChange): Promise<Account> =>
  request('PATCH', '/api/v1/account', { body: change });
