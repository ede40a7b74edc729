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

/** That an entry is in the ledger (RFC 9162, section 2.1.3), as of a signed checkpoint. */
export interface EntryProof {
  /** The entry, byte for byte as it is hashed. */
  content: string;
  index: number;
  size: number;
  /** From the leaf up, each in base64. */
  hashes: string[];
  checkpoint: string;
  /** Shows whose entry it is; null for one that the resident did for somebody else. */
  who: { account: string; mandate: string | null; opening: string } | null;
}

export interface SignedCheckpoint {
  size: number;
  checkpoint: string;
  /** The ledger's public key as a `vkey`. */
  key: string;
}

export interface ConsistencyProof {
  from: string;
  to: string;
  hashes: string[];
}

export const readProof = (id: string): Promise<EntryProof> =>
  request('GET', `/api/v1/ledger/${encodeURIComponent(id)}/proof`);

export const latestCheckpoint = (): Promise<SignedCheckpoint> =>
  request('GET', '/api/v1/ledger/checkpoints/latest', { anonymous: true });

export const readConsistency = (from: number, to: number): Promise<ConsistencyProof> =>
  request('GET', '/api/v1/ledger/consistency', { query: { from, to }, anonymous: true });
