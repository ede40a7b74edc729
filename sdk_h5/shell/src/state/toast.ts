/** Short texts that pass by, one at a time, read out politely by screen readers. */
import { reactive } from 'vue';

const SHORTEST_MS = 2_500;
/** As the toasts of the SDK outside the app. */
const MS_A_CHARACTER = 80;

export const toasts = reactive({ text: '' });

let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string): void {
  clearTimeout(timer);
  toasts.text = text;
  timer = setTimeout(
    () => {
      toasts.text = '';
    },
    SHORTEST_MS + text.length * MS_A_CHARACTER,
  );
}
