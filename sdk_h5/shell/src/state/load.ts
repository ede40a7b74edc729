import { getCurrentScope, onScopeDispose, type Ref, ref, shallowRef } from 'vue';
import { keptShown, onFresh } from './network';

export interface Loaded<T> {
  data: Ref<T | null>;
  error: Ref<unknown>;
  busy: Ref<boolean>;
  load: () => Promise<void>;
}

/** One thing fetched from the server: what came, or why it did not. The last `load` wins; kept content gives way. */
export function useLoad<T>(fetch: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  let turn = 0;
  let stale = false;

  async function load(): Promise<void> {
    turn += 1;
    const mine = turn;
    const shown = keptShown();
    busy.value = true;
    error.value = null;
    try {
      const got = await fetch();
      if (mine === turn) data.value = got;
      if (mine === turn) stale = keptShown() !== shown;
    } catch (failure) {
      if (mine === turn) error.value = failure;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }

  whileShown(() => stale && void load());
  return { data, error, busy, load };
}

/** Fetches anew what was kept content, when there is fresh to be had and as long as the page stands. */
export function whileShown(again: () => unknown): void {
  if (getCurrentScope()) onScopeDispose(onFresh(again));
}
