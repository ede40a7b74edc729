import { request } from './client';

export type ExportState = 'being-made' | 'ready' | 'fetched' | 'expired';

/** One archive of all the city holds about the resident. */
export interface Archive {
  id: string;
  state: ExportState;
  asked_at: string;
  made_at: string | null;
  expires_at: string | null;
}

const ROOT = '/api/v1/account/exports';

export const askExport = (): Promise<{ id: string; state: ExportState }> => request('POST', ROOT, { body: {} });

export const listExports = (): Promise<{ items: Archive[] }> => request('GET', ROOT);

/** An address that gives the archive once. */
export const linkTo = (id: string): Promise<{ url: string }> =>
  request('POST', `${ROOT}/${encodeURIComponent(id)}/link`, { body: {} });
