/**
 * The shell's service worker: opens the app without a network and shows push messages.
 *
 * No stale trap: pages come from the network first, assets carry a hash in their names, and a new
 * worker takes over at once. A page of the old build that misses a chunk reloads itself (router.ts).
 */
import { ownPath } from '../paths';
import { asset, dropOlder, keepShell, page } from './cache';
import { planFor } from './fetching';
import { open, show } from './notify';
import { renew } from './renew';

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL_FILES__: string[];
declare const __SHELL_VERSION__: string;

const files: readonly string[] = __SHELL_FILES__;
const kept: ReadonlySet<string> = new Set(files);

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell(__SHELL_VERSION__, files).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOlder(__SHELL_VERSION__).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const plan = planFor(event.request, self.location.origin, kept);
  if (plan === 'page') event.respondWith(page(event.request, __SHELL_VERSION__));
  if (plan === 'asset') event.respondWith(asset(event.request, __SHELL_VERSION__));
});

self.addEventListener('push', (event) => {
  event.waitUntil(show(self, event.data?.text()));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data = event.notification.data as { path?: unknown } | null;
  event.waitUntil(open(self, ownPath(data?.path, self.location.origin) ?? '/inbox'));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(renew(self));
});
