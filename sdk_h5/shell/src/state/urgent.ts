/** What is urgent and not read yet: shown above everything else until the resident has seen it. */
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { listUrgent, markRead } from '@/api/inbox';
import type { Notice } from '@/api/types';
import { describe } from '@/i18n/problems';
import { onNotice, refreshUnread } from './inbox';
import { session } from './session';
import { isUrgent } from './threads';
import { toast } from './toast';

export function useUrgent(): { notices: Ref<Notice[]>; dismiss: (notice: Notice) => Promise<void> } {
  const notices = shallowRef<Notice[]>([]);
  const without = (id: string) => notices.value.filter((notice) => notice.id !== id);

  async function load(): Promise<void> {
    notices.value = (await listUrgent()).items;
  }

  /** Seen is read: it goes at once, and comes back where the server did not hear of it. */
  async function dismiss(notice: Notice): Promise<void> {
    const before = notices.value;
    notices.value = without(notice.id);
    try {
      await markRead(notice.id);
      await refreshUnread();
    } catch (error) {
      notices.value = before;
      toast(describe(error));
    }
  }

  function take(notice: Notice): void {
    if (isUrgent(notice) && !notice.read_at) notices.value = [notice, ...without(notice.id)];
  }

  watch(
    () => session.account !== null,
    (here) => {
      notices.value = [];
      // The inbox shows them as well: a banner that cannot be had is no reason to disturb anybody.
      if (here) load().catch(() => undefined);
    },
    { immediate: true },
  );
  onScopeDispose(onNotice(take));
  return { notices, dismiss };
}
