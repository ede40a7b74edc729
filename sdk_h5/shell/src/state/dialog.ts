/** Questions with two answers. One is on screen at a time, the others wait their turn. */
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  message?: string;
  ok?: string;
  cancel?: string;
  /** The name of the mini-service that asks; absent when the shell itself does. */
  from?: string;
}

interface Asked extends Question {
  answer: (yes: boolean) => void;
}

const waiting: Asked[] = [];
export const question = shallowRef<Asked | null>(null);

/** Resolves with the answer; with false when it is dismissed or `signal` is aborted. */
export function confirm(asked: Question, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const entry: Asked = { ...asked, answer: (yes) => settle(entry, () => resolve(yes)) };
    if (signal?.aborted) return resolve(false);
    signal?.addEventListener('abort', () => entry.answer(false), { once: true });
    waiting.push(entry);
    question.value ??= entry;
  });
}

function settle(entry: Asked, done: () => void): void {
  const place = waiting.indexOf(entry);
  if (place < 0) return;
  waiting.splice(place, 1);
  if (question.value === entry) question.value = waiting[0] ?? null;
  done();
}
