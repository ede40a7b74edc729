import { invalid } from '../errors.js';
import { json } from './json.js';
import { required } from './rules.js';

const LONGEST_KEY = 128;
const HALF_A_CHARACTER = /\p{Surrogate}/u;
/** In an address, even percent-encoded, these are no names but ways to another place. */
const DOTS = /^\.{1,2}$/;
/** What a resident may keep with one service; the API holds the sum, no single value may be more. */
export const STORAGE_BYTES = 1_048_576;

/** The key of storage.get. */
export function readKey(params: unknown): string {
  const key = required(params, 'key', LONGEST_KEY);
  if (HALF_A_CHARACTER.test(key)) throw invalid('Give key as whole characters.');
  if (DOTS.test(key)) throw invalid('Give key as a name, not as "." or "..".');
  return key;
}

/** The key and value of storage.set; null removes. */
export function readStored(params: unknown): { key: string; value: unknown } {
  return { key: readKey(params), value: json(params, 'value', STORAGE_BYTES) };
}
