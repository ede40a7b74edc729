import { request } from './client';
import type { Page, Session } from './types';

export const listSessions = (): Promise<Page<Session>> => request('GET', '/api/v1/sessions');

export const endSession = (id: string): Promise<void> =>
  request('DELETE', `/api/v1/sessions/${encodeURIComponent(id)}`);

export const endOtherSessions = (): Promise<void> => request('DELETE', '/api/v1/sessions');

export const endThisSession = (): Promise<void> => request('DELETE', '/api/v1/sessions/current', { anonymous: true });
