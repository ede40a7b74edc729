import { request } from './client';
import type { Localised, Page } from './types';

/** A scope or a claim, in words. */
export interface Claim {
  name: string;
  title: Localised;
}

export interface AskedScope {
  name: string;
  title: Localised;
  reason: Localised | null;
  claims: Claim[];
  required: boolean;
}

export interface ConnectingClient {
  id: string;
  name: Localised;
  department: Localised;
  uri: string | null;
  environment: 'sandbox' | 'production';
}

/** A client's wish to know the resident, as the consent page shows it. */
export interface Authorization {
  client: ConnectingClient;
  scopes: AskedScope[];
  account_hint: string;
}

export interface Connection {
  client: ConnectingClient;
  scopes: Claim[];
  since: string;
}

const path = (id: string) => `/api/v1/authorizations/${encodeURIComponent(id)}`;

export const readAuthorization = (id: string): Promise<Authorization> => request('GET', path(id));

/** The answer's address is the client's, or the provider's own next step. */
export const decide = (id: string, allow: boolean, scopes: string[]): Promise<{ redirect: string }> =>
  request('POST', `${path(id)}/decision`, { body: { allow, scopes } });

export const listConnections = (cursor?: string): Promise<Page<Connection>> =>
  request('GET', '/api/v1/connections', { query: { cursor } });

export const endConnection = (client: string): Promise<void> =>
  request('DELETE', `/api/v1/connections/${encodeURIComponent(client)}`);
