/** Which reads are kept for when the network is away. Everything else says that it needs the network. */

/** `public`: the same for everybody. `background`: no page's main content, so its age is not told. */
export type Sort = 'own' | 'public' | 'background';

const ID = '[^/?]+';
const KEPT: readonly (readonly [path: RegExp, sort: Sort])[] = [
  [/^\/account$/, 'background'],
  [/^\/identities$/, 'background'],
  [/^\/favourites$/, 'background'],
  [/^\/recents$/, 'background'],
  [/^\/inbox\/unread$/, 'background'],
  [new RegExp(`^/services/${ID}/storage(/${ID})?$`), 'background'],
  [/^\/inbox(\/[^/]+)?$/, 'own'],
  [/^\/(services|categories|life-events|departments)$/, 'public'],
  [new RegExp(`^/services/${ID}$`), 'public'],
];
const ROOT = '/api/v1';

/** How an answer is kept; undefined for one that is not. A search is asked anew each time. */
export function sortOf(path: string, query: Readonly<Record<string, unknown>> = {}): Sort | undefined {
  if (!path.startsWith(ROOT) || query.q) return undefined;
  const rest = path.slice(ROOT.length);
  return KEPT.find(([pattern]) => pattern.test(rest))?.[1];
}

/** A value in a mini-service's own storage, `/services/{id}/storage/{key}`. */
export function storedKey(path: string): string | undefined {
  const key = path.match(/^\/api\/v1\/services\/[^/]+\/storage\/([^/]+)$/)?.[1];
  return key === undefined ? undefined : decodeURIComponent(key);
}

/** Where the keys of that storage are listed. */
export const storedList = (path: string): string => path.slice(0, path.lastIndexOf('/'));
