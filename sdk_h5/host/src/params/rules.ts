import { isShape, own, ownText } from '@onecity/sdk/shape';
import { invalid } from '../errors.js';

/**
 * How parameters are read. They come from the page: only own data members count, what comes out is of our own making,
 * and a refusal says what to change.
 */

export const LONGEST_TEXT = 500;

/** The text `key`, or undefined when there is none. */
export function optional(params: unknown, key: string, longest = LONGEST_TEXT): string | undefined {
  const found = own(params, key);
  if (found === undefined) return undefined;
  if (typeof found !== 'string') throw invalid(`Give ${key} as a text.`);
  if (found.length > longest) throw invalid(`Give ${key} ${longest} characters at most.`);
  return found;
}

/** The text `key`, which says something. */
export function required(params: unknown, key: string, longest = LONGEST_TEXT): string {
  const text = optional(params, key, longest);
  if (text === undefined || text.trim() === '') throw invalid(`Give ${key} as a text that is not empty.`);
  return text;
}

/** The text `key` of the form that `words` describe. */
export function formed(params: unknown, key: string, form: RegExp, words: string): string {
  const text = ownText(params, key);
  if (text === undefined || !form.test(text)) throw invalid(`Give ${key} as ${words}.`);
  return text;
}

export function flag(params: unknown, key: string): boolean {
  const found = own(params, key);
  if (typeof found !== 'boolean') throw invalid(`Give ${key} as true or false.`);
  return found;
}

/** One of a few words. */
export function oneOf<W extends string>(params: unknown, key: string, words: readonly W[]): W {
  const word = words.find((each) => each === own(params, key));
  if (word === undefined) throw invalid(`Give ${key} as one of ${words.join(', ')}.`);
  return word;
}

/** The members of the list `key`; never by the list's own methods, which a page may have covered. */
export function list(params: unknown, key: string, most: number): unknown[] {
  const found = own(params, key);
  const length = Array.isArray(found) ? found.length : 0;
  if (length < 1 || length > most) throw invalid(`Give ${key} as a list of 1 to ${most}.`);
  return Array.from({ length }, (_, at) => own(found, `${at}`));
}

/** The member `key` with its value; left out when undefined, as exact optional members want it. */
export function maybe<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}

export function members(params: unknown, key: string, most: number): [string, unknown][] {
  const found = own(params, key) ?? {};
  const names = isShape(found) && !Array.isArray(found) ? Object.keys(found) : null;
  if (!names || names.length > most) throw invalid(`Give ${key} as an object with ${most} members at most.`);
  return names.map((name) => [name, own(found, name)]);
}
