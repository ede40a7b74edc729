/** The unread count and the notices as they arrive. */
import { reactive } from 'vue';
import { countUnread } from '@/api/inbox';
import type { Notice } from '@/api/types';

type Listener = (notice: Notice) => void;

export const inbox = reactive({ unread: 0 });
const listeners = new Set<Listener>();

/** Hears every notice that arrives while the app is open, until the returned function is called. */
export function onNotice(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function arrived(notice: Notice): void {
  for (const listener of listeners) listener(notice);
}

export function setUnread(count: number): void {
  inbox.unread = Math.max(0, count);
}

/** A count that cannot be had is no reason to disturb anybody: the last one stays. */
export async function refreshUnread(): Promise<void> {
  try {
    setUnread((await countUnread()).count);
  } catch {
    return;
  }
}
