import { request } from './client';
import type { LedgerEntry, Page } from './types';

export const listLedger = (cursor?: string, service?: string): Promise<Page<LedgerEntry>> =>
  request('GET', '/api/v1/ledger', { query: { cursor, service, limit: 30 } });
