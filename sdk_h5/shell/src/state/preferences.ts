/**
 * How the resident likes to read: language, theme, elder mode and its text size. It says nothing about who the
 * resident is, and so may be kept in localStorage.
 */
import { reactive, watchEffect } from 'vue';

export type Locale = 'zh-CN' | 'en';
export type Theme = 'auto' | 'light' | 'dark';
export type Mode = 'light' | 'dark';
/** Of the text in elder mode: 21, 25 or 30 px. */
export type TextSize = 'large' | 'larger' | 'largest';

export interface Preferences {
  locale: Locale;
  theme: Theme;
  elder: boolean;
  text: TextSize;
  /** True once the resident chose on this device: then the account's choice does not override it. */
  chosen: boolean;
}

const KEY = 'onecity-preferences';
const DEFAULTS: Preferences = { locale: 'zh-CN', theme: 'auto', elder: false, text: 'large', chosen: false };
const BODY_PX = { large: 21, larger: 25, largest: 30 } as const;
const STANDARD_PX = 16;
const CHROME = { light: '#f4f6fa', dark: '#0e131a' } as const;

export function parsePreferences(stored: string | null): Preferences {
  const value = parsed(stored);
  return {
    locale: value.locale === 'en' ? 'en' : 'zh-CN',
    theme: value.theme === 'light' || value.theme === 'dark' ? value.theme : 'auto',
    elder: value.elder === true,
    text: value.text === 'larger' || value.text === 'largest' ? value.text : 'large',
    chosen: value.chosen === true,
  };
}

function parsed(stored: string | null): Partial<Record<keyof Preferences, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    return typeof value === 'object' && value !== null ? value : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

function restore(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(KEY));
  } catch {
    // Storage can be forbidden by the browser; the defaults then serve.
    return { ...DEFAULTS };
  }
}

function keep(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // As in restore: the choice then lasts as long as the page.
  }
}

export const preferences = reactive<Preferences>(restore());
const system = reactive({ dark: false });

export function mode(): Mode {
  if (preferences.theme !== 'auto') return preferences.theme;
  return system.dark ? 'dark' : 'light';
}

/** How much larger than the standard the text is: 1 but in elder mode. */
export function textScale(): number {
  return preferences.elder ? BODY_PX[preferences.text] / STANDARD_PX : 1;
}

/** Follows the system's theme and keeps the document in step with the preferences. */
export function startPreferences(root: HTMLElement = document.documentElement): void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  system.dark = query.matches;
  query.addEventListener('change', (event) => {
    system.dark = event.matches;
  });
  watchEffect(() => dress(root));
  watchEffect(keep);
}

function dress(root: HTMLElement): void {
  root.lang = preferences.locale;
  root.dataset.theme = mode();
  root.toggleAttribute('data-elder', preferences.elder);
  root.dataset.text = preferences.text;
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', CHROME[mode()]);
}
