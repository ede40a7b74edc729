import { request } from './client';
import type { Localised, Page } from './types';

type Words = Localised | string;

export interface Claim {
  name: string;
  title: Words;
}

export interface AskedScope {
  name: string;
  title: Words;
  reason?: Words | null;
  claims: Claim[];
  required: boolean;
}

export interface ConnectingClient {
  id?: string;
  name: Words;
  department?: Words | { name: Words } | null;
  logo?: string | null;
  uri?: string | null;
  environment?: string;
}

/** A client's wish to know the resident, as the consent page shows it. */
export interface Authorization {
  client: ConnectingClient;
  scopes: AskedScope[];
  account_hint: string;
}

export interface Connection {
  client: ConnectingClient & { id: string };
  scopes: (string | { name: string; title?: Words })[];
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
