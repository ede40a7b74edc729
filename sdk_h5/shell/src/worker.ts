import { ownPath } from './paths';

const HOUR_MS = 3_600_000;
const AFTER_MS = 1_000;

/** Registers the service worker and lets a tapped notification lead to its page. */
export async function startWorker(go: (path: string) => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker.addEventListener('message', (event) => {
    const path = pathToOpen(event.data, location.origin);
    if (path) go(path);
  });
  await pageLoaded();
  // Without a worker the app still runs, only not offline: a failure is no reason to stop.
  const registration = await navigator.serviceWorker
    .register('/sw.js', { scope: '/', updateViaCache: 'none' })
    .catch(() => undefined);
  if (registration) setInterval(() => void registration.update().catch(() => undefined), HOUR_MS);
}

/** What the worker keeps is a download of its own: it waits until the first page has what it needs. */
async function pageLoaded(): Promise<void> {
  if (document.readyState !== 'complete')
    await new Promise((loaded) => addEventListener('load', loaded, { once: true }));
  await new Promise((passed) => setTimeout(passed, AFTER_MS));
}

export function pathToOpen(message: unknown, origin: string): string | null {
  if (typeof message !== 'object' || message === null) return null;
  const { type, path } = message as { type?: unknown; path?: unknown };
  return type === 'onecity:open' ? ownPath(path, origin) : null;
}
