import { readPush } from './payload';

const ICON = '/icons/icon-192.png';
const BADGE = '/icons/badge-96.png';

export async function show(scope: ServiceWorkerGlobalScope, text: string | undefined): Promise<void> {
  const message = readPush(text, scope.location.origin);
  const options: NotificationOptions = {
    body: message.body,
    icon: ICON,
    badge: BADGE,
    data: { path: message.path },
  };
  if (message.tag) options.tag = message.tag;
  await scope.registration.showNotification(message.title, options);
}

/** Brings an open window to the path without reloading it; opens a window where there is none. */
export async function open(scope: ServiceWorkerGlobalScope, path: string): Promise<void> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const target = windows.find((client) => client.focused) ?? windows[0];
  if (!target) return void (await scope.clients.openWindow(path));
  target.postMessage({ type: 'onecity:open', path });
  await target.focus();
}
