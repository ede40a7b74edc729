import { type Ref, ref, shallowRef } from 'vue';

export interface Loaded<T> {
  data: Ref<T | null>;
  error: Ref<unknown>;
  busy: Ref<boolean>;
  load: () => Promise<void>;
}

/** One thing fetched from the server: what came, or why it did not. The last `load` wins. */
export function useLoad<T>(fetch: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  let turn = 0;

  async function load(): Promise<void> {
    turn += 1;
    const mine = turn;
    busy.value = true;
    error.value = null;
    try {
      const got = await fetch();
      if (mine === turn) data.value = got;
    } catch (failure) {
      if (mine === turn) error.value = failure;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }

  return { data, error, busy, load };
}
