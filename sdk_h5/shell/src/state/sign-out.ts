import { ApiProblem } from '@/api/client';
import { type SignOutWish, signOutFor } from '@/api/sign-out';
import { forget } from './session';

const KNOWN = ['client_id', 'post_logout_redirect_uri', 'state'] as const;

/** Ends the session for the client that the page was opened by; the address to go on to, or null to stay. */
export async function endFor(query: Record<string, unknown>): Promise<string | null> {
  const redirect = await ended(wishIn(query));
  await forget();
  return redirect;
}

async function ended(wish: SignOutWish): Promise<string | null> {
  try {
    return (await signOutFor(wish)).redirect;
  } catch (error) {
    // Ended elsewhere already: that is what was wanted.
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

export function wishIn(query: Record<string, unknown>): SignOutWish {
  const wish: SignOutWish = {};
  for (const name of KNOWN) if (typeof query[name] === 'string') wish[name] = query[name];
  return wish;
}
