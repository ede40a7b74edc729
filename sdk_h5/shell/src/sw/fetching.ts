import { isShellPage } from '../paths';

export type Plan = 'page' | 'asset' | 'network';

export interface Asked {
  method: string;
  url: string;
  mode: string;
}

/**
 * How to answer a request: `page` is network first with the kept shell as fallback, `asset` is kept
 * copy first, and `network` is left to the browser — the API always, and every other origin.
 */
export function planFor(asked: Asked, origin: string, kept: ReadonlySet<string>): Plan {
  const url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== origin) return 'network';
  if (asked.mode === 'navigate') return isShellPage(url.pathname) ? 'page' : 'network';
  return url.pathname.startsWith('/assets/') || kept.has(url.pathname) ? 'asset' : 'network';
}

/** True for an answer worth keeping: a fallback page served for a missing asset is not. */
export function keepable(response: Pick<Response, 'ok' | 'type' | 'headers'>): boolean {
  const html = response.headers.get('Content-Type')?.includes('text/html') ?? false;
  return response.ok && response.type === 'basic' && !html;
}
