import { request } from './client';
import type { LedgerEntry, Page } from './types';

/** What of the record is asked for; an empty word asks for all. */
export interface LedgerFilter {
  service: string;
  action: '' | 'read' | 'write';
}

/** A page may hold fewer entries than asked for, even none, and still have a next one. */
export const listLedger = (filter: LedgerFilter, cursor?: string): Promise<Page<LedgerEntry>> =>
  request('GET', '/api/v1/ledger', {
    query: { cursor, service: filter.service || undefined, action: filter.action || undefined, limit: 30 },
  });

/** Everything as a file, one JSON object a line: a plain link, so that the browser saves it as it comes. */
export const LEDGER_EXPORT = '/api/v1/ledger/export';
