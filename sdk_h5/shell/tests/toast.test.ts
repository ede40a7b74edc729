import { afterEach, expect, it, vi } from 'vitest';
import { toast, toasts } from '@/state/toast';

afterEach(() => vi.useRealTimers());

it.each([
  ['已收藏', 2_740],
  ['长'.repeat(100), 10_500],
])('shows %s for as long as it takes to read', (text, milliseconds) => {
  vi.useFakeTimers();
  toast(text);
  vi.advanceTimersByTime(milliseconds - 1);
  expect(toasts.text).toBe(text);
  vi.advanceTimersByTime(1);
  expect(toasts.text).toBe('');
});
