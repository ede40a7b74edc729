import { invalid } from '../errors.js';
import { own, ownText } from '../shape.js';

/**
 * Reading what the page asks with. The page talks to itself here, so nothing has to be kept from it: what is refused
 * is what could mean nothing, with the code that the app has for it.
 */

export function text(params: unknown, key: string): string {
  return optionalText(params, key) ?? refuse(key);
}

export function optionalText(params: unknown, key: string): string | undefined {
  return ownText(params, key)?.trim() || undefined;
}

export function flag(params: unknown): boolean {
  return own(params, 'on') === true;
}

/** A path within the service: one leading slash, nothing a browser could read as another host. */
export function optionalPath(params: unknown): string | undefined {
  const path = optionalText(params, 'path');
  return path === undefined || /^\/(?![/\\])/.test(path) ? path : refuse('path');
}

export function phoneNumber(params: unknown): string {
  const number = text(params, 'number').replace(/[\s()-]/g, '');
  return /^\+?[\d*#]+$/.test(number) ? number : refuse('number');
}

export function storageKey(params: unknown): string {
  const key = ownText(params, 'key');
  return key && key.length <= 128 && !/^\.{1,2}$/.test(key) ? key : refuse('key');
}

export function refuse(key: string): never {
  throw invalid(`The argument "${key}" is not as it should be.`);
}
