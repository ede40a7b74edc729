/** The inbox by thread: a case's notices gather under one line that shows where it stands. */
import { type ComputedRef, computed, onScopeDispose } from 'vue';
import { listThreads } from '@/api/inbox';
import type { Localised, Notice, Page, Thread } from '@/api/types';
import { onNotice } from './inbox';
import { type Pages, usePages } from './pages';

export interface ThreadItem extends Thread {
  id: string;
}

const URGENT = 'high';
const FINISHED = /办结|办完|完成|结案|已取号|已领取|已送达|已退款|^(done|finished|completed|closed)$/i;

export const isUrgent = ({ urgency }: Pick<Notice, 'urgency'>): boolean => urgency === URGENT;

/** A thread is one of its department's; a notice without one is a thread by itself. */
export function threadKey({ department, thread, id }: Pick<Notice, 'department' | 'thread' | 'id'>): string {
  return thread === null ? id : `${department.id}/${thread}`;
}

export const itemOf = (thread: Thread): ThreadItem => ({ ...thread, id: threadKey(thread.newest) });

/** What a department calls a case that is over. The state is its own words, so that they are all there is to go by. */
export const isFinished = (state: Localised | null | undefined): boolean =>
  state !== null && state !== undefined && FINISHED.test(state['zh-CN']);

/** The thread after one more notice of it. */
export function grown(known: ThreadItem | undefined, notice: Notice): ThreadItem {
  const fresh = notice.read_at === null ? 1 : 0;
  return {
    id: threadKey(notice),
    thread: notice.thread,
    service: notice.service,
    department: notice.department,
    title: notice.title,
    state: notice.state ?? known?.state ?? null,
    unread: (known?.unread ?? 0) + fresh,
    newest: notice,
    count: (known?.count ?? 0) + 1,
  };
}

const isUnreadUrgent = ({ unread, newest }: ThreadItem): boolean => unread > 0 && isUrgent(newest);

/** What is urgent and unread comes first; else the order stays. */
export const urgentFirst = (items: readonly ThreadItem[]): ThreadItem[] => [
  ...items.filter(isUnreadUrgent),
  ...items.filter((item) => !isUnreadUrgent(item)),
];

/** The list, kept in step with what arrives while it is open. */
export function useThreads(): { pages: Pages<ThreadItem>; shown: ComputedRef<ThreadItem[]> } {
  const pages = usePages<ThreadItem>(async (cursor) => itemsOf(await listThreads(cursor)));

  async function take(notice: Notice): Promise<void> {
    const known = pages.items.value.find(({ id }) => id === threadKey(notice));
    if (known?.newest.id === notice.id) return;
    if (known || notice.thread === null) return pages.put(grown(known, notice));
    // Further down than was loaded, or new: the server knows its state and its count.
    pages.put((await newestOf(notice).catch(() => undefined)) ?? grown(undefined, notice));
  }

  onScopeDispose(onNotice((notice) => void take(notice)));
  return { pages, shown: computed(() => urgentFirst(pages.items.value)) };
}

const itemsOf = ({ items, next }: Page<Thread>): Page<ThreadItem> => ({ items: items.map(itemOf), next });

async function newestOf(notice: Notice): Promise<ThreadItem | undefined> {
  const { items } = itemsOf(await listThreads(undefined, 5));
  return items.find(({ id }) => id === threadKey(notice));
}
