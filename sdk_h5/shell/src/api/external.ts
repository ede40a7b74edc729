import { queryString, request } from './client';
import type { Localised } from './types';

/** A way in through another provider. */
export interface ExternalProvider {
  id: string;
  name: Localised;
}

/** The account's identity at a provider. */
export interface ExternalIdentity {
  id: string;
  provider: string;
  created_at: string;
  last_used_at: string;
}

export interface ExternalIdentities {
  items: ExternalIdentity[];
  /** One that waits in this browser for the resident to say whether it is theirs. */
  pending: { provider: string; name: string | null } | null;
}

const ROOT = '/api/v1/external-identities';

export const listProviders = (): Promise<ExternalProvider[]> =>
  request('GET', '/api/v1/sign-in/external', { anonymous: true });

/** Where the browser goes to another provider: to sign in, or to `bind` the identity there to the account here. */
export const externalStart = (id: string, next?: string, bind = false): string =>
  `/external/${encodeURIComponent(id)}/start${queryString({ next, bind: bind ? 'true' : undefined })}`;

export const listExternalIdentities = (): Promise<ExternalIdentities> => request('GET', ROOT);
export const bindExternalIdentity = (): Promise<ExternalIdentity> => request('POST', ROOT);

export const removeExternalIdentity = (id: string): Promise<void> =>
  request('DELETE', `${ROOT}/${encodeURIComponent(id)}`);
