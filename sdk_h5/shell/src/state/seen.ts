/**
 * The newest ledger that this browser checked: its size and root, which say nothing of who looked. With them a city
 * that shows different people different ledgers, or rewrites its own, is found out at the next check.
 */
import { decoded } from '@/proof/bytes';
import type { Tree } from '@/proof/merkle';

const KEY = 'onecity-ledger-seen';

export function seenLedger(): Tree | null {
  try {
    return parseSeen(localStorage.getItem(KEY));
  } catch {
    return null; // Storage can be forbidden: each check is then the first one.
  }
}

export function rememberLedger({ size, root }: Tree): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ size, root: btoa(String.fromCharCode(...root)) }));
  } catch {
    // As above.
  }
}

export function parseSeen(stored: string | null): Tree | null {
  const { size, root } = (JSON.parse(stored ?? 'null') ?? {}) as Record<string, unknown>;
  const bytes = typeof root === 'string' ? decoded(root) : null;
  return Number.isSafeInteger(size) && bytes ? { size: size as number, root: bytes } : null;
}
