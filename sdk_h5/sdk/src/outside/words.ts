import type { Locale } from '../wire.js';

/** The few words that the adapter says itself, in the language of the page. */
const WORDS = {
  'zh-CN': {
    ok: '确定',
    cancel: '取消',
    choose: '请选择',
    loading: '正在加载…',
    copied: '链接已复制，可粘贴发送',
    aim: '将二维码对准画面',
    menu: '点右上角“···”发送',
    open: '在城市应用中打开',
    close: '关闭',
  },
  en: {
    ok: 'OK',
    cancel: 'Cancel',
    choose: 'Please choose',
    loading: 'Loading…',
    copied: 'Link copied',
    aim: 'Point at the code',
    menu: 'Send it by “···” above',
    open: 'Open in the city’s app',
    close: 'Close',
  },
} as const satisfies Record<Locale, Record<string, string>>;

export type Words = Record<keyof (typeof WORDS)['en'], string>;

export function localeOf({ document, navigator }: Window): Locale {
  return /^zh\b/i.test(document.documentElement.lang || navigator.language) ? 'zh-CN' : 'en';
}

export function wordsOf(window: Window): Words {
  return WORDS[localeOf(window)];
}
