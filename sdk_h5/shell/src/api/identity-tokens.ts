import { request } from './client';

export interface IdentityToken {
  token: string;
  expires_in: number;
}

/** For the department's own server: a minute long, and for nobody else. */
export const mintIdentityToken = (service: string, mandate?: string): Promise<IdentityToken> =>
  request('POST', `/api/v1/services/${encodeURIComponent(service)}/identity-tokens`, {
    body: mandate === undefined ? {} : { mandate },
  });
