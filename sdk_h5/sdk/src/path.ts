import { CityError } from './errors.js';

const UPSTREAM = /^[a-z0-9][a-z0-9-]*$/;
/** `.` and `..` as a browser reads them: `%2e` is a dot to it, and it drops tabs and line ends before it looks. */
const DOTS = /^(\.|%2e){1,2}$/i;
const UNSAFE = /[\\#\p{Cc}\s]/u;

/** The address of a department's path behind the gateway; INVALID_PATH for anything that could lead elsewhere. */
export function serviceAddress(upstream: string, path: string): string {
  if (typeof upstream !== 'string' || !UPSTREAM.test(upstream))
    throw refuse('The upstream is the id in the manifest, such as "appointments".');
  if (typeof path !== 'string' || !/^\/(?!\/)/.test(path)) throw refuse('The path starts with one "/".');
  if (UNSAFE.test(path)) throw refuse('Write spaces, "#", "\\" and control characters percent-encoded.');
  const [route = ''] = path.split('?', 1);
  if (route.split('/').some((segment) => DOTS.test(segment))) throw refuse('The path has no "." or ".." segments.');
  return `/svc/${upstream}${path}`;
}

const refuse = (message: string): CityError => new CityError('INVALID_PATH', message);
