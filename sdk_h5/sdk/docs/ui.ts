import type { CallName } from '../src/methods.js';
import type { Page } from './page.js';
import { DIALOG, DRAWN, elsewhere, offered } from './places.js';

export const UI = {
  'ui.title': {
    group: 'ui',
    call: 'city.ui.title(text, bounds?)',
    gives: 'Promise<void>',
    does: { 'zh-CN': '设置 App 标题栏的文字。', en: 'The text of the app’s title bar.' },
    takes: [['`text`', 'plain text, 500 characters at most']],
    places: elsewhere(offered, 'the document’s title', 'the document’s title'),
    outcome: 'works',
  },
  'ui.toast': {
    group: 'ui',
    call: 'city.ui.toast(text, bounds?)',
    gives: 'Promise<void>',
    does: {
      'zh-CN': '短暂提示一句话，屏幕阅读器也会读出。',
      en: 'A short note that goes away by itself and is read out by screen readers.',
    },
    takes: [['`text`', 'plain text, 500 characters at most']],
    places: DRAWN,
    outcome: 'works',
  },
  'ui.confirm': {
    group: 'ui',
    call: 'city.ui.confirm(question, bounds?)',
    gives: 'Promise<boolean>',
    does: { 'zh-CN': '请市民确认，等到回答为止。', en: 'Asks the resident, and waits for the answer.' },
    takes: [['`question`', '`{ title, message?, ok?, cancel? }`, plain texts of 500 characters at most']],
    result: [['`true`', 'only when the resident agreed']],
    refusals: [['`HIDDEN`', 'the page was hidden before the answer; ask again']],
    places: DRAWN,
    outcome: 'works',
  },
  'ui.sheet': {
    group: 'ui',
    call: 'city.ui.sheet(sheet, bounds?)',
    gives: 'Promise<string | null>',
    does: { 'zh-CN': '从屏幕底部给出几个选择。', en: 'Choices at the foot of the screen.' },
    takes: [
      ['`sheet.title`', 'what is to be chosen, may be left out'],
      ['`sheet.actions`', '1 to 12 of `{ id, label, danger? }`, each with an id of its own'],
    ],
    result: [['the `id`', 'of the choice taken; `null` for none']],
    refusals: [['`HIDDEN`', 'the page was hidden before the answer; ask again']],
    places: DIALOG,
    outcome: 'works',
  },
  'ui.loading': {
    group: 'ui',
    call: 'city.ui.loading(on, text?, bounds?)',
    gives: 'Promise<void>',
    does: { 'zh-CN': '显示或收起“正在处理”。', en: 'Shows that something is under way, or that it is over.' },
    takes: [
      ['`on`', '`true` while something takes time, `false` when it is over'],
      ['`text`', 'says what'],
    ],
    places: DRAWN,
    notes:
      'Take it away in a `finally`. A skeleton on the page itself is kinder for whatever takes less than a few seconds.',
    outcome: 'works',
  },
  'ui.back': {
    group: 'ui',
    call: 'city.ui.back(listener)',
    gives: '() => void',
    does: {
      'zh-CN': '接管返回键：按下时调用监听函数，而不是离开。',
      en: 'Calls the listener instead of leaving when the resident presses back, until the function it gives is called.',
    },
    takes: [['`listener`', 'called without arguments, each time']],
    result: [['a function', 'ends it: the back button leaves the service again']],
    places: elsewhere(offered, 'the browser’s back button', 'the browser’s back button'),
    notes: 'For a form that is half filled in. The resident can always leave by the app’s menu.',
    outcome: 'works',
  },
  'ui.close': {
    group: 'ui',
    call: 'city.ui.close(bounds?)',
    gives: 'Promise<void>',
    does: { 'zh-CN': '离开本服务。', en: 'Leaves the service.' },
    places: elsewhere(
      offered,
      'closes the window, or goes back',
      'closes the tab or goes back; not in a tab that began with this page',
    ),
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
