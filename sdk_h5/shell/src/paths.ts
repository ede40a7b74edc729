/** Which addresses the shell may be sent to by a query, a push message or a notice. */

const SHELL_PAGES = [
  /^\/$/,
  /^\/(sign-in|step-up|sign-out)$/,
  /^\/(s|connect)\/[^/]+$/,
  /^\/inbox(\/[^/]+)?$/,
  /^\/(licences|queue)$/,
  /^\/find(\/[\w-]+){1,2}$/,
  /^\/me(\/[\w-]+){0,3}$/,
];

/** The same-origin path within `value`, or null: no other origin, no scheme, no `//host`. */
export function ownPath(value: unknown, origin: string): string | null {
  if (typeof value !== 'string' || !value.startsWith('/')) return null;
  const url = resolve(value, origin);
  if (url?.origin !== origin || url.pathname.startsWith('//')) return null; // `/.//host` resolves to `//host`
  return url.pathname + url.search + url.hash;
}

/** True where the app itself answers, not the API, the console or a document of the server. */
export function isShellPage(pathname: string): boolean {
  return SHELL_PAGES.some((page) => page.test(pathname));
}

function resolve(path: string, origin: string): URL | null {
  try {
    return new URL(path, origin);
  } catch {
    return null;
  }
}
