import { request } from './client';
import type { Notice, Page } from './types';

const path = (id: string) => `/api/v1/inbox/${encodeURIComponent(id)}`;

export const listNotices = (cursor?: string): Promise<Page<Notice>> =>
  request('GET', '/api/v1/inbox', { query: { cursor, limit: 20 } });

export const readNotice = (id: string): Promise<Notice> => request('GET', path(id));
export const markRead = (id: string): Promise<void> => request('PUT', `${path(id)}/read`);
export const markAllRead = (): Promise<void> => request('POST', '/api/v1/inbox/read');
export const countUnread = (): Promise<{ count: number }> => request('GET', '/api/v1/inbox/unread');
