import { request } from './client';

export interface Evidence {
  kind: string;
  level: number;
  at: string;
  expires_at: string | null;
}

export type Step = 'name' | 'face' | 'counter' | 'certificate';

export interface Proofing {
  loa: number;
  since: string | null;
  expires_at: string | null;
  evidence: Evidence[];
  next: { kind: Step; level: number }[];
}

const ROOT = '/api/v1/proofing';

export const readProofing = (): Promise<Proofing> => request('GET', ROOT);

export const proveName = (name: string, idNumber: string): Promise<Proofing> =>
  request('POST', `${ROOT}/name`, { body: { name, id_number: idNumber } });

/** Eight digits to show at a counter, with the identity card. */
export const makeCounterCode = (): Promise<{ code: string; expires_in: number }> => request('POST', `${ROOT}/counter`);

export const beginFace = (): Promise<{ id: string; uri?: string | null }> =>
  request('POST', `${ROOT}/face`, { body: {} });

/** `sample`: the picture in base64, where the register has no page of its own to take it. */
export const finishFace = (id: string, sample?: string): Promise<Proofing> =>
  request('POST', `${ROOT}/face/${encodeURIComponent(id)}`, { body: { sample } });
