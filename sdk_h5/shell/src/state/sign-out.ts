import { signOut } from './session';

/** Ends the session for a client that asked for it; the address to go on to, or null to stay. */
export async function endFor(_asked: Record<string, unknown>): Promise<string | null> {
  await signOut();
  return null;
}
