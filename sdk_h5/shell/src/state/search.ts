import { type Ref, reactive, ref, shallowRef, watch } from 'vue';
import { searchServices } from '@/api/services';
import type { Service } from '@/api/types';

const PAUSE_MS = 200;
const MOST_SEARCHED = 6;

/** What was looked for, newest first: in memory only, for it tells what somebody needs. */
export const searched = reactive<{ items: string[] }>({ items: [] });

export function rememberSearch(text: string): void {
  const said = text.trim();
  if (said) searched.items = [said, ...searched.items.filter((one) => one !== said)].slice(0, MOST_SEARCHED);
}

export function forgetSearches(): void {
  searched.items = [];
}

export interface Search {
  query: Ref<string>;
  results: Ref<Service[] | null>;
  error: Ref<unknown>;
  again: () => void;
}

/** Searches on the server a moment after the last key; an answer to an older text never shows. */
export function useSearch(find = searchServices): Search {
  const query = ref('');
  const results = shallowRef<Service[] | null>(null);
  const error = shallowRef<unknown>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  async function run(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    error.value = null;
    try {
      const page = await find(query.value.trim(), mine.signal);
      if (running === mine) results.value = page.items;
    } catch (failure) {
      if (running === mine) error.value = failure;
    }
  }

  watch(query, (text) => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
    if (text.trim()) timer = setTimeout(run, PAUSE_MS);
    else results.value = null;
  });

  return { query, results, error, again: run };
}
