import { own, ownText } from '@onecity/sdk/shape';
import { type FromChild, NAMESPACE, VERSION } from '@onecity/sdk/wire';

const LONGEST_NAME = 64;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The nonce of a well-formed SYN, or null for anything else. */
export function readSyn(data: unknown): string | null {
  const ours = own(data, 'ns') === NAMESPACE && own(data, 'v') === VERSION && own(data, 't') === 'syn';
  return ours ? readName(data, 'nonce') : null;
}

/** Turns what came over the port into a message of our own making, or null when it has no known shape. */
export function readFromChild(data: unknown): FromChild | null {
  const i = readName(data, 'i');
  if (i === null) return null;
  if (own(data, 'cancel') === 1) return { i, cancel: 1 };
  const m = readName(data, 'm');
  return m === null ? null : { i, m, p: own(data, 'p'), ...readDeadline(data) };
}

function readName(data: unknown, key: string): string | null {
  const text = ownText(data, key);
  return text && text.length <= LONGEST_NAME ? text : null;
}

function readDeadline(data: unknown): { d?: number } {
  const d = own(data, 'd');
  return typeof d === 'number' && d >= 0 && d <= LONGEST_WAIT_MS ? { d } : {};
}
