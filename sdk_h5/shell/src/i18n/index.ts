import type { Localised } from '@/api/types';
import { type Locale, preferences } from '@/state/preferences';
import { en } from './en';
import { type MessageKey, zh } from './zh';

export type { MessageKey };
export type Words = Record<string, string | number>;

const tables: Record<Locale, Record<MessageKey, string>> = { 'zh-CN': zh, en };

/** The sentence in the resident's language, its `{words}` filled in. Reactive to the language. */
export function t(key: MessageKey, words: Words = {}): string {
  return fill(tables[preferences.locale][key], words);
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
