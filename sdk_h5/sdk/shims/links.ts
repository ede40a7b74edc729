/** The path of an address within this very service; undefined for any other place, and for `//host`, which is one. */
export function ownPath(address: unknown, { origin, href }: Location): string | undefined {
  const url = parsed(address, href);
  return url?.origin === origin && url.pathname[1] !== '/' ? url.pathname + url.search + url.hash : undefined;
}

/** Another mini-service of the same city, by its address: the first label of its host, where the rest is the same. */
export function serviceOf(
  address: unknown,
  { hostname, href }: Location,
): { service: string; path: string } | undefined {
  const url = parsed(address, href);
  const [service = '', domain] = split(url?.hostname);
  if (!url || !domain || domain !== split(hostname)[1] || url.hostname === hostname) return undefined;
  return { service, path: url.pathname + url.search + url.hash };
}

function split(hostname = ''): [string, string] {
  const dot = hostname.indexOf('.');
  return dot < 0 ? [hostname, ''] : [hostname.slice(0, dot), hostname.slice(dot + 1)];
}

function parsed(address: unknown, base: string): URL | undefined {
  try {
    return new URL(String(address), base);
  } catch {
    return undefined;
  }
}
