import { type Ref, ref, shallowRef } from 'vue';
import type { Page } from '@/api/types';
import { whileShown } from './load';
import { keptShown } from './network';

export interface Pages<T extends { id: string }> {
  items: Ref<T[]>;
  error: Ref<unknown>;
  busy: Ref<boolean>;
  /** False until the first page came. */
  started: Ref<boolean>;
  more: Ref<boolean>;
  reload: () => Promise<void>;
  loadMore: () => Promise<void>;
  put: (item: T) => void;
}

/** A list fetched page by page. `put` brings an item to the front, in place of one with the same id. */
export function usePages<T extends { id: string }>(fetch: (cursor?: string) => Promise<Page<T>>): Pages<T> {
  const items = shallowRef<T[]>([]);
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  const started = ref(false);
  const more = ref(false);
  let next: string | null = null;
  let turn = 0;
  let stale = false;
  let arrived: T[] = [];

  async function run(cursor: string | undefined): Promise<void> {
    turn += 1;
    const mine = turn;
    const shown = keptShown();
    busy.value = true;
    error.value = null;
    arrived = [];
    try {
      const page = await fetch(cursor);
      if (mine === turn) take(page, cursor === undefined);
      if (mine === turn) stale = keptShown() !== shown;
    } catch (failure) {
      if (mine === turn) error.value = failure;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }

  function take(page: Page<T>, first: boolean): void {
    // What arrived while the first page was on its way may be newer than that page.
    items.value = merged(first ? arrived : items.value, page.items);
    next = page.next;
    more.value = next !== null;
    started.value = true;
  }

  function put(item: T): void {
    arrived = [item, ...arrived];
    items.value = merged([item], items.value);
  }

  const reload = () => run(undefined);
  const loadMore = () => (next === null || busy.value ? Promise.resolve() : run(next));
  whileShown(() => stale && void reload());
  return { items, error, busy, started, more, reload, loadMore, put };
}

/** The first list, then what of the second is not in it already. */
function merged<T extends { id: string }>(first: readonly T[], second: readonly T[]): T[] {
  const known = new Set(first.map((item) => item.id));
  return [...first, ...second.filter((item) => !known.has(item.id))];
}
