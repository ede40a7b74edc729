import { own } from '@onecity/sdk/shape';
import { invalid } from '../errors.js';

const DEEPEST = 64;
const PLAIN: readonly unknown[] = [Object.prototype, null];

/** A copy of the value `key`, which is what JSON can hold and no more than `most` bytes of it. */
export function json(params: unknown, key: string, most: number): unknown {
  const copy = copied(own(params, key), key, 0);
  const bytes = new TextEncoder().encode(JSON.stringify(copy)).length;
  if (bytes > most) throw invalid(`Give ${key} ${most} bytes of JSON at most, not ${bytes}.`);
  return copy;
}

function copied(value: unknown, at: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || depth > DEEPEST) throw refused(at);
  if (Array.isArray(value)) return Array.from(value, (_, n) => copied(own(value, `${n}`), `${at}/${n}`, depth + 1));
  if (!PLAIN.includes(Object.getPrototypeOf(value))) throw refused(at);
  const names = Object.keys(value).filter((name) => own(value, name) !== undefined);
  return Object.fromEntries(names.map((name) => [name, copied(own(value, name), `${at}/${name}`, depth + 1)]));
}

const refused = (at: string) => invalid(`Give ${at.slice(0, 200)} as what JSON can hold: no file, date, map or cycle.`);
