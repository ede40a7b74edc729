import { type SignOutWish, signOutFor } from '@/api/sign-out';
import { signOut } from './session';

const KNOWN = ['client_id', 'post_logout_redirect_uri', 'state'] as const;

/** Ends the session for the client that the page was opened by; the address to go on to, or null to stay. */
export async function endFor(query: Record<string, unknown>): Promise<string | null> {
  let redirect: string | null = null;
  await signOut(
    signOutFor(wishIn(query)).then((answer) => {
      redirect = answer.redirect;
    }),
  );
  return redirect;
}

export function wishIn(query: Record<string, unknown>): SignOutWish {
  const wish: SignOutWish = {};
  for (const name of KNOWN) if (typeof query[name] === 'string') wish[name] = query[name];
  return wish;
}
