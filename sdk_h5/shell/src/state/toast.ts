/** Short texts that pass by, one at a time, read out politely by screen readers. */
import { reactive } from 'vue';

const SHOWN_MS = 2_800;

export const toasts = reactive({ text: '' });

let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string): void {
  clearTimeout(timer);
  toasts.text = text;
  timer = setTimeout(() => {
    toasts.text = '';
  }, SHOWN_MS);
}
