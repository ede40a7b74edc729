import { keyBytes } from './keys';

/** Makes a new subscription after the browser dropped the old one, and tells the server. */
export async function renew(scope: ServiceWorkerGlobalScope): Promise<void> {
  const answer = await fetch('/api/v1/push/key', { credentials: 'same-origin' });
  if (!answer.ok) return;
  const { key } = (await answer.json()) as { key: string };
  const made = await scope.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key),
  });
  await fetch('/api/v1/push/subscriptions', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(made.toJSON()),
  });
}
