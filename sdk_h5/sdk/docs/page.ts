import type { CallName } from '../src/methods.js';

/** Chinese first: the playground shows it. */
export interface Words {
  'zh-CN': string;
  en: string;
}

/** A line of a table: a name, and what it is. */
export type Line = readonly [name: string, what: string];

/** What the four kinds of place make of a call. */
export interface Places {
  /** A frame of the city's app. */
  app: string;
  /** A web view of a native app with a message handler. */
  native: string;
  /** WeChat's web view. */
  wechat: string;
  /** A browser's tab, with nothing around the page. */
  browser: string;
}

/**
 * What a method's page says beside what the method table knows (since, deadline) and its example.
 *
 * `outcome` is what the example comes to in the app of this repository, which the browser test of the playground
 * checks: it works, or it is refused with this code.
 */
export interface Page {
  group: Group;
  /** As it is written. */
  call: string;
  gives: string;
  does: Words;
  takes?: readonly Line[];
  result?: readonly Line[];
  refusals?: readonly Line[];
  places: Places;
  notes?: string;
  /** More examples, `examples/<method>.<name>.js`, by name. */
  more?: Readonly<Record<string, Words>>;
  outcome: 'works' | { refused: string };
}

export type Pages = Readonly<Record<CallName, Page>>;

export const GROUPS = {
  who: { 'zh-CN': '身份与授权', en: 'Who is here' },
  calls: { 'zh-CN': '调用部门接口', en: 'Calls to departments' },
  storage: { 'zh-CN': '存储', en: 'Storage' },
  ui: { 'zh-CN': '界面', en: 'The app around the page' },
  device: { 'zh-CN': '设备', en: 'The device' },
  between: { 'zh-CN': '服务之间', en: 'Between services' },
  resident: { 'zh-CN': '通知与评价', en: 'Notices and ratings' },
} as const satisfies Record<string, Words>;

export type Group = keyof typeof GROUPS;
