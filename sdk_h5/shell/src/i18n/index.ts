import { shallowReactive, watch } from 'vue';
import type { Localised } from '@/api/types';
import { type Locale, preferences } from '@/state/preferences';
import { type MessageKey, zh } from './zh';

export type { MessageKey };
export type Words = Record<string, string | number>;

/** English is fetched by those who read it; until it came, and where it does not, the app speaks Chinese. */
const tables = shallowReactive<Partial<Record<Locale, Record<MessageKey, string>>>>({ 'zh-CN': zh });

/** Fetches the sentences of a language; the app shows them as soon as they came. */
export async function loadLanguage(locale: Locale): Promise<void> {
  if (tables[locale]) return;
  const { en } = await import('./en');
  tables[locale] = en;
}

/** Follows the resident's language; resolves when the one of now is there, or cannot be had. */
export function followLanguage(): Promise<void> {
  watch(
    () => preferences.locale,
    (locale) => loadLanguage(locale).catch(() => undefined),
  );
  return loadLanguage(preferences.locale).catch(() => undefined);
}

/** The sentence in the resident's language, its `{words}` filled in. Reactive to the language. */
export function t(key: MessageKey, words: Words = {}): string {
  return fill((tables[preferences.locale] ?? zh)[key], words);
}

export function fill(sentence: string, words: Words): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(words[name] ?? whole));
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(zh, key);
}

/** The text of the server in the resident's language; Chinese where there is no other. */
export function localised(text: Localised | string | null | undefined): string {
  if (!text) return '';
  if (typeof text === 'string') return text;
  return text[preferences.locale] ?? text['zh-CN'];
}
