import { request } from './client';

/** What a client that asks for the sign-out gave with it (OpenID Connect RP-Initiated Logout 1.0). */
export interface SignOutWish {
  client_id?: string;
  post_logout_redirect_uri?: string;
  state?: string;
}

/** Ends the session; the answer's address is one that the client registered, or null. */
export const signOutFor = (wish: SignOutWish): Promise<{ redirect: string | null }> =>
  request('POST', '/api/v1/sign-out', { body: wish, anonymous: true });
