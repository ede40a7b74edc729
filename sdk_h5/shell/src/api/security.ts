import { request } from './client';
import type { Page } from './types';

/** Something the owner is told: `kind` is one of the city's words for it, such as `new-device`. */
export interface SecurityEvent {
  id: string;
  kind: string;
  details: Record<string, string>;
  at: string;
}

export const listEvents = (cursor?: string): Promise<Page<SecurityEvent>> =>
  request('GET', '/api/v1/security/events', { query: { cursor, limit: 20 } });
