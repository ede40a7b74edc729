import { keepable } from './fetching';

const PREFIX = 'onecity-shell-';
const PAGE_PATIENCE_MS = 4_000;

export const cacheName = (version: string): string => PREFIX + version;

export async function keepShell(version: string, files: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName(version));
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })));
}

export async function dropOlder(version: string): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(PREFIX) && name !== cacheName(version));
  await Promise.all(older.map((name) => caches.delete(name)));
}

/** The page from the network; the kept shell when there is none, or when it takes too long. */
export async function page(request: Request, version: string): Promise<Response> {
  const kept = (await caches.open(cacheName(version))).match('/');
  const fetched = fetch(request);
  const first = await Promise.race([fetched.catch(() => undefined), after(PAGE_PATIENCE_MS)]);
  return first ?? (await kept) ?? fetched;
}

/** The kept copy; else the network, keeping what came. */
export async function asset(request: Request, version: string): Promise<Response> {
  const cache = await caches.open(cacheName(version));
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (keepable(response)) await cache.put(request, response.clone());
  return response;
}

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
