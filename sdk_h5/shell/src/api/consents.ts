import { request } from './client';
import type { Consent, Page, ServiceToken } from './types';

const servicePath = (id: string) => `/api/v1/services/${encodeURIComponent(id)}`;

export const listConsents = (): Promise<Page<Consent>> => request('GET', '/api/v1/consents');

export const giveConsent = (service: string, scopes: string[], version: string): Promise<Consent> =>
  request('PUT', `${servicePath(service)}/consent`, { body: { scopes, version } });

export const withdrawConsent = (service: string): Promise<void> => request('DELETE', `${servicePath(service)}/consent`);

/** Fails with `consent-needed` or `level-too-low` where the resident may not open the service yet. */
export const mintToken = (service: string): Promise<ServiceToken> => request('POST', `${servicePath(service)}/tokens`);
