/** What one mini-service asks the resident by a sheet: one is on screen at a time, the others wait their turn. */
import type { Sheet } from '@onecity/host';
import { type ShallowRef, shallowRef } from 'vue';
import type { Scope, ServiceName } from '@/api/types';

export interface Link {
  title: string;
  text?: string;
  url: string;
}

/** Each kind of sheet: what it shows. */
export interface Asks {
  actions: Sheet;
  share: Link;
  scan: { reason: string };
  location: { reason: string; precise: boolean };
  consent: { scopes: Scope[] };
  rating: { event: string; title?: string };
  provider: { providers: ServiceName[] };
}

/** What comes of it. Null when the resident sent the sheet away. */
export interface Answers {
  actions: string;
  share: true;
  scan: string;
  location: 'coarse' | 'precise';
  consent: true;
  rating: number;
  provider: string;
}

export type Kind = keyof Asks;

export type Prompt = {
  [K in Kind]: { kind: K; asks: Asks[K]; answer: (given: Answers[K] | null) => void };
}[Kind];

export interface Prompts {
  current: ShallowRef<Prompt | null>;
  /** Null when it is dismissed or `signal` is aborted. */
  ask<K extends Kind>(kind: K, asks: Asks[K], signal: AbortSignal): Promise<Answers[K] | null>;
}

export function makePrompts(): Prompts {
  const waiting: Prompt[] = [];
  const current = shallowRef<Prompt | null>(null);

  function drop(prompt: Prompt): boolean {
    const place = waiting.indexOf(prompt);
    if (place < 0) return false;
    waiting.splice(place, 1);
    if (current.value === prompt) current.value = waiting[0] ?? null;
    return true;
  }

  function ask<K extends Kind>(kind: K, asks: Asks[K], signal: AbortSignal): Promise<Answers[K] | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      const answer = (given: Answers[K] | null): void => {
        if (drop(prompt)) resolve(given);
      };
      const prompt = { kind, asks, answer } as unknown as Prompt;
      signal.addEventListener('abort', () => answer(null), { once: true });
      waiting.push(prompt);
      current.value ??= prompt;
    });
  }

  return { current, ask };
}
