import { own } from '@onecity/sdk/shape';
import type { Shared } from '@onecity/sdk/wire';
import { invalid } from '../errors.js';
import { readPath } from './places.js';
import { flag, formed, maybe, optional, required } from './rules.js';

/** What share hands over; `path` stays within the service. */
export function readShare(params: unknown): Shared {
  return {
    title: required(params, 'title', 100),
    ...maybe('text', optional(params, 'text')),
    ...maybe('path', readPath(params)),
  };
}

const MOST_DIGITS = 20;

/** The number of phone as it is dialled, such as `12345` or `+8621-12345678`. */
export function readPhone(params: unknown): string {
  const words = `a telephone number: 3 to ${MOST_DIGITS} of digits and hyphens, perhaps a "+" in front`;
  const number = formed(params, 'number', /^\+?\d[\d-]*\d$/, words);
  if (number.length < 3 || number.length > MOST_DIGITS) throw invalid(`Give number as ${words}.`);
  return number;
}

/** Whether location is wanted to a few metres. */
export function readPrecise(params: unknown): boolean {
  return own(params, 'precise') !== undefined && flag(params, 'precise');
}
