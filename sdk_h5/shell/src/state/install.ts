/** Putting the app, or one service of it, on the home screen. */
import { shallowRef } from 'vue';

/** Chromium's own event; other browsers have none. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

export type System = 'ios' | 'android' | 'desktop';

export const installPrompt = shallowRef<InstallPrompt | null>(null);

/** Keeps the browser's offer, which comes once and early, until the resident asks for it. */
export function startInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  window.addEventListener('appinstalled', () => {
    installPrompt.value = null;
  });
}

/** Whether the resident took the browser's offer, which counts once. */
export async function install(): Promise<boolean> {
  const offer = installPrompt.value;
  installPrompt.value = null;
  return (await offer?.prompt())?.outcome === 'accepted';
}

export function systemOf(agent: string = navigator.userAgent): System {
  if (/iPhone|iPad/.test(agent)) return 'ios';
  return /Android|HarmonyOS/.test(agent) ? 'android' : 'desktop';
}

/**
 * Without the app's manifest, iOS puts the page that is shown on the home screen, and not the app's first page. Returns
 * what puts it back.
 */
export function withoutManifest(): () => void {
  const link = document.querySelector('link[rel="manifest"]');
  const head = link?.parentNode;
  link?.remove();
  return () => {
    if (link) head?.appendChild(link);
  };
}
