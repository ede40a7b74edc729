/** One thread, opened at one of its notices: all of them in time order, read by being opened. */
import { type ComputedRef, computed, onScopeDispose, type Ref } from 'vue';
import { listNotices, markRead, markThreadRead, readNotice } from '@/api/inbox';
import type { Localised, Notice } from '@/api/types';
import { onNotice, refreshUnread } from './inbox';
import { useLoad } from './load';
import { type Pages, usePages } from './pages';
import { threadKey } from './threads';

export interface OpenThread {
  error: Ref<unknown>;
  /** The notice that was opened; null until it came. */
  opened: Ref<Notice | null>;
  /** In time order; the opened one alone until the others came. */
  notices: ComputedRef<Notice[]>;
  newest: ComputedRef<Notice | null>;
  state: ComputedRef<Localised | null>;
  earlier: Pages<Notice>;
  open: () => Promise<void>;
}

export function useThread(id: string): OpenThread {
  const { data: opened, error, load } = useLoad(() => readNotice(id));
  const earlier = usePages<Notice>((cursor) => listNotices(opened.value?.thread ?? '', department(), cursor));
  const department = () => opened.value?.department.id ?? '';

  const notices = computed(() => inOrder(opened.value, earlier.items.value));
  const newest = computed(() => notices.value.at(-1) ?? null);
  const state = computed(() => [...notices.value].reverse().find((notice) => notice.state)?.state ?? null);

  async function open(): Promise<void> {
    await load();
    if (!opened.value) return;
    if (opened.value.thread !== null) await earlier.reload();
    await read();
  }

  /** Left unread when this fails: it is then marked the next time it is opened. */
  async function read(): Promise<void> {
    if (notices.value.every(({ read_at }) => read_at)) return;
    const thread = opened.value?.thread ?? null;
    const marking = thread === null ? markRead(id) : markThreadRead(thread, department());
    await marking.catch(() => undefined);
    await refreshUnread();
  }

  function take(notice: Notice): void {
    if (!opened.value || opened.value.thread === null || threadKey(notice) !== threadKey(opened.value)) return;
    earlier.put(notice);
    void read();
  }

  onScopeDispose(onNotice(take));
  return { error, opened, notices, newest, state, earlier, open };
}

/** Ids grow with time. The opened one may lie further back than what was loaded. */
function inOrder(opened: Notice | null, loaded: readonly Notice[]): Notice[] {
  const all = new Map([...(opened ? [opened] : []), ...loaded].map((notice) => [notice.id, notice]));
  return [...all.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
