import { request } from './client';
import type { Service } from './types';

export const listRecents = (): Promise<{ items: Service[] }> => request('GET', '/api/v1/recents');

export const addRecent = (id: string): Promise<void> => request('PUT', `/api/v1/recents/${encodeURIComponent(id)}`);
