import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { judgePassword, type Strength } from '@/api/credentials';

const PAUSE_MS = 300;

/** What the city thinks of a password, a moment after the last key. Without an answer there is no opinion. */
export function useStrength(judge = judgePassword): { password: Ref<string>; strength: Ref<Strength | null> } {
  const password = ref('');
  const strength = shallowRef<Strength | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  async function run(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    const judged = await judge(password.value, mine.signal).catch(() => null);
    if (running === mine) strength.value = judged;
  }

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  }

  watch(password, (text) => {
    stop();
    if (text) timer = setTimeout(run, PAUSE_MS);
    else strength.value = null;
  });
  onScopeDispose(stop);
  return { password, strength };
}
