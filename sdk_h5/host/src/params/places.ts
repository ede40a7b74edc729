import { invalid } from '../errors.js';
import { formed, maybe, optional } from './rules.js';

/** A service's id: the first label of its host. */
export const LABEL = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;
const LONGEST_PATH = 1_000;
const NOWHERE = 'https://service.invalid';

/** The service and the path of open. */
export function readOpen(params: unknown): { service: string; path?: string } {
  const service = formed(params, 'service', LABEL, 'the id of a service, such as "appointments"');
  return { service, ...maybe('path', readPath(params)) };
}

/** The path `path` within a service, as a browser resolves it; never a scheme, another host or `//host`. */
export function readPath(params: unknown): string | undefined {
  const asked = optional(params, 'path', LONGEST_PATH);
  if (asked === undefined) return undefined;
  const path = asked.startsWith('/') ? resolved(asked) : null;
  if (path === null) throw invalid('Give path as a path within the service, which starts with one "/".');
  return path;
}

function resolved(path: string): string | null {
  try {
    const url = new URL(path, NOWHERE);
    if (url.origin !== NOWHERE || url.pathname.startsWith('//')) return null; // `/.//host` resolves to `//host`
    return url.pathname + url.search + url.hash;
  } catch {
    return null;
  }
}
