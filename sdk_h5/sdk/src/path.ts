import { CityError } from './errors.js';

const UPSTREAM = /^[a-z0-9][a-z0-9-]*$/;
/**
 * One `/` at first; no space, `#`, `\` or control character, which are to be written percent-encoded; before the
 * query no `.` and `..` as a browser reads them: `%2e` is a dot to it.
 */
const PATH = /^(?![^?]*\/(\.|%2e){1,2}(\/|\?|$))\/(?!\/)[^\\#\p{Cc}\s]*$/iu;

/** The address of a department's path behind the gateway; INVALID_PATH for anything that could lead elsewhere. */
export function serviceAddress(upstream: string, path: string): string {
  const texts = typeof upstream === 'string' && typeof path === 'string';
  if (texts && UPSTREAM.test(upstream) && PATH.test(path)) return `/svc/${upstream}${path}`;
  throw new CityError('INVALID_PATH', 'Not a path.');
}
