import { onScopeDispose, type Ref, ref } from 'vue';

/** Seconds that run down to zero after `start`. Counts by the clock, so a sleeping tab stays right. */
export function useCountdown(): { left: Ref<number>; start: (seconds: number) => void } {
  const left = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;

  function start(seconds: number): void {
    const end = Date.now() + seconds * 1000;
    clearInterval(timer);
    left.value = seconds;
    timer = setInterval(() => {
      left.value = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (left.value === 0) clearInterval(timer);
    }, 250);
  }

  onScopeDispose(() => clearInterval(timer));
  return { left, start };
}
