import { own, ownText } from '@onecity/sdk/shape';
import { type FromChild, NAMESPACE, VERSION } from '@onecity/sdk/wire';

const LONGEST_NAME = 64;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** `loaded`: the page says that its own load event is past. */
export interface Syn {
  nonce: string;
  loaded: boolean;
}

/** A SYN; what is wrong with it, when it is meant for this bridge but cannot be answered; null for anything else. */
export function readSyn(data: unknown): Syn | 'version' | 'form' | null {
  if (own(data, 'ns') !== NAMESPACE || own(data, 't') !== 'syn') return null;
  if (own(data, 'v') !== VERSION) return 'version';
  const nonce = readName(data, 'nonce');
  return nonce === null ? 'form' : { nonce, loaded: own(data, 'loaded') === true };
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
