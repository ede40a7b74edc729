import { request } from './client';
import type { Consent, Page, ServiceName, ServiceToken } from './types';

const servicePath = (id: string) => `/api/v1/services/${encodeURIComponent(id)}`;

export const listConsents = (): Promise<Page<Consent>> => request('GET', '/api/v1/consents');

/** `mandate`: the one under which somebody else is acted for, whose consent it then is. */
export const giveConsent = (service: string, scopes: string[], version: string, mandate?: string): Promise<Consent> =>
  request('PUT', `${servicePath(service)}/consent`, { query: { mandate }, body: { scopes, version } });

export const withdrawConsent = (service: string, mandate?: string): Promise<void> =>
  request('DELETE', `${servicePath(service)}/consent`, { query: { mandate } });

export const withdrawEveryConsent = (): Promise<void> => request('DELETE', '/api/v1/consents');

/** Something that was agreed to, changed or withdrawn, as it was put to the resident then. */
export interface ConsentAct {
  id: string;
  service: ServiceName;
  action: 'granted' | 'withdrawn';
  scopes: { name: string }[];
  version: string;
  at: string;
}

export const listConsentHistory = (cursor?: string): Promise<Page<ConsentAct>> =>
  request('GET', '/api/v1/consents/history', { query: { cursor, limit: 20 } });

/** The signed receipt, as a file: a plain link, so that the browser saves it as it comes. */
export const receiptOf = (service: string): string => `${servicePath(service)}/consent/receipt`;

/**
 * Fails with `consent-needed` or `level-too-low` where the resident may not open the service yet. `unasked`: before it is
 * known that anybody is signed in, so that a no to that is no news.
 */
export const mintToken = (service: string, mandate?: string, unasked = false): Promise<ServiceToken> =>
  request('POST', `${servicePath(service)}/tokens`, {
    ...(mandate !== undefined && { body: { mandate } }),
    ...(unasked && { anonymous: true }),
  });
