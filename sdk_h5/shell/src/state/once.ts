import { type Ref, ref, watch } from 'vue';

/** True from the first time that the condition was: what was put in for it stays, and can close as it opened. */
export function useOnceTrue(condition: () => boolean): Ref<boolean> {
  const was = ref(condition());
  watch(condition, (now) => {
    was.value ||= now;
  });
  return was;
}
