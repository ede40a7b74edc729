/**
 * Web Push on this device. The browser is asked for permission only after the resident tapped,
 * either in the settings or on the sheet that says why.
 */
import { ref } from 'vue';
import { readPushKey, removePushSubscription, savePushSubscription } from '@/api/push';
import type { Notice } from '@/api/types';
import { keyBytes } from '@/sw/keys';

export type PushOutcome = 'granted' | 'denied' | 'unsupported' | 'later';

export const pushSheet = ref(false);
let answerSheet: (yes: boolean) => void = () => undefined;
let asking: Promise<PushOutcome> | null = null;
let declined = false;

export function pushSupported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

export async function pushIsOn(): Promise<boolean> {
  if (!pushSupported() || Notification.permission !== 'granted') return false;
  return (await subscription()) !== null;
}

/** Asks the browser and tells the server. Call it from a tap. */
export async function enablePush(): Promise<PushOutcome> {
  if (!pushSupported()) return 'unsupported';
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'later';
  const made = await subscribe();
  if (!made) return 'unsupported';
  await savePushSubscription(made.toJSON());
  return 'granted';
}

export async function disablePush(): Promise<void> {
  const existing = await subscription();
  if (!existing) return;
  const { id } = await savePushSubscription(existing.toJSON());
  await removePushSubscription(id);
  await existing.unsubscribe();
}

/** Tells the server of the subscription this device already has: it may have lost it, or the account changed. */
export async function renewPush(): Promise<void> {
  const existing = (await pushIsOn()) ? await subscription() : null;
  if (existing) await savePushSubscription(existing.toJSON());
}

/** What a mini-service's wish for notices comes to: at once where it is settled, else after the sheet. */
export async function offerPush(): Promise<PushOutcome> {
  if (!pushSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  if (await pushIsOn()) return 'granted';
  if (declined) return 'later';
  // Whoever else wishes for it while the sheet is open waits for the same answer.
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<PushOutcome> {
  return (await sheetAnswer()) ? enablePush() : 'later';
}

/**
 * The other right moment: a service that the resident used has something to say, as after a booking, and they see what
 * being told is good for. Notices of anything else ask for nothing.
 */
export async function offerPushAfter(notice: Pick<Notice, 'service'>, used: ReadonlySet<string>): Promise<void> {
  if (!notice.service || !used.has(notice.service.id)) return;
  await offerPush();
}

/** The resident's answer to the sheet. A no holds until the app is opened anew. */
export function closePushSheet(yes: boolean): void {
  pushSheet.value = false;
  declined ||= !yes;
  answerSheet(yes);
}

function sheetAnswer(): Promise<boolean> {
  pushSheet.value = true;
  return new Promise((resolve) => {
    answerSheet = resolve;
  });
}

/** Null where the browser cannot reach a push service, as Chrome cannot without Google's. */
async function subscribe(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return null;
  const { key } = await readPushKey();
  const options = { userVisibleOnly: true, applicationServerKey: keyBytes(key) };
  return registration.pushManager.subscribe(options).catch(() => null);
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}
