import { request } from './client';
import type { Localised, Page } from './types';

export type MandateKind = 'guardian' | 'family' | 'legal-person';
export type Role = 'actor' | 'principal';
export type CompanyRole = 'administrator' | 'clerk' | 'finance';

export interface Mandate {
  id: string;
  kind: MandateKind;
  /** What the reader is in it. */
  role: Role;
  principal: { name: string | null; kind: string };
  actor: { name: string | null };
  /** The services it covers; null for all. */
  services: string[] | null;
  state: 'offered' | 'active' | 'ended' | 'expired';
  offered_by: 'me' | 'them';
  created_at: string;
  expires_at: string | null;
  roles?: CompanyRole[];
}

/** Oneself, or somebody one may act for. */
export interface Identity {
  mandate: string | null;
  kind: MandateKind | 'self';
  name: string | null;
  services: string[] | null;
  expires_at: string | null;
}

export type Offer =
  | {
      kind: 'family';
      direction: 'i-act' | 'they-act';
      phone: string;
      services: string[] | null;
      expires_in_days: number;
    }
  | { kind: 'guardian'; name: string; id_number: string; services: string[] | null; expires_in_days: number }
  | {
      kind: 'legal-person';
      credit_code: string;
      /** Whom to appoint, and as what; absent for oneself. */
      phone?: string;
      roles?: CompanyRole[];
      services: string[] | null;
      expires_in_days: number;
    };

/** An act under a mandate, which both sides see. */
export interface MandateAct {
  id: string;
  at: string;
  action: string;
  service: string | null;
  summary: Localised | null;
  /** An HTTP status, where it was an access. */
  outcome: number | null;
}

const ROOT = '/api/v1/mandates';
const path = (id: string) => `${ROOT}/${encodeURIComponent(id)}`;

export const listMandates = (role: Role, cursor?: string): Promise<Page<Mandate>> =>
  request('GET', ROOT, { query: { role, cursor } });

export const offerMandate = (offer: Offer): Promise<Mandate> => request('POST', ROOT, { body: offer });
export const acceptMandate = (id: string): Promise<Mandate> => request('POST', `${path(id)}/acceptance`);
export const endMandate = (id: string): Promise<void> => request('DELETE', path(id));

export const listMandateActs = (id: string, cursor?: string): Promise<Page<MandateAct>> =>
  request('GET', `${path(id)}/acts`, { query: { cursor } });

export const listIdentities = (): Promise<{ items: Identity[] }> => request('GET', '/api/v1/identities');
