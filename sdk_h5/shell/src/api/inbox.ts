import { request } from './client';
import type { Notice, Page, Thread } from './types';

const path = (id: string) => `/api/v1/inbox/${encodeURIComponent(id)}`;

/** The notices of one thread, newest first. */
export const listNotices = (thread: string, department: string, cursor?: string): Promise<Page<Notice>> =>
  request('GET', '/api/v1/inbox', { query: { thread, department, cursor, limit: 20 } });

/** The inbox by thread, that of the newest notice first. */
export const listThreads = (cursor?: string, limit = 20): Promise<Page<Thread>> =>
  request('GET', '/api/v1/inbox/threads', { query: { cursor, limit } });

/** The newest of what is urgent and not read yet. */
export const listUrgent = (): Promise<Page<Notice>> =>
  request('GET', '/api/v1/inbox', { query: { urgent: 'true', unread: 'true', limit: 3 } });

export const readNotice = (id: string): Promise<Notice> => request('GET', path(id));
export const markRead = (id: string): Promise<void> => request('PUT', `${path(id)}/read`);
export const markThreadRead = (thread: string, department: string): Promise<void> =>
  request('POST', '/api/v1/inbox/read', { query: { thread, department } });
export const markAllRead = (): Promise<void> => request('POST', '/api/v1/inbox/read');
export const countUnread = (): Promise<{ count: number }> => request('GET', '/api/v1/inbox/unread');
