import { own } from './shape.js';
import type { Method, Methods } from './wire.js';

/**
 * Every call that `canUse` knows, by its name on the public object: the methods are made from these rows, and so is
 * their documentation. In each, separated by blanks:
 *
 * 1. the seconds it may take; 0: it waits for a person;
 * 2. the release 1.x that brought it;
 * 3. the members of the wire's params in the order of the arguments; `*`: the one argument is the params.
 *
 * The wire's method has the same name unless `ELSEWHERE` says another.
 */
export const METHODS = {
  user: '30 0',
  call: '30 0',
  'ui.title': '5 0 text',
  'ui.toast': '5 0 text',
  'ui.confirm': '0 0 *',
  'ui.close': '5 0',
  'notify.subscribe': '0 0 *',
  token: '30 1',
  'storage.get': '30 1 key',
  'storage.set': '30 1 key value',
  'storage.remove': '30 1 key',
  'storage.keys': '30 1',
  'ui.sheet': '0 1 *',
  'ui.loading': '5 1 on text',
  'ui.back': '5 1 on',
  share: '0 1 *',
  scan: '0 1',
  location: '0 1 *',
  phone: '0 1 number',
  open: '5 1 service path',
  pickFile: '0 1',
  takePhoto: '0 1',
  'intents.request': '0 1 name payload',
  'intents.pay': '0 1 payload',
  'intents.showLicence': '0 1 payload',
  'intents.sign': '0 1 payload',
  'intents.finish': '30 1 result',
  'consent.request': '0 1 scopes',
  'consent.revoke': '30 1',
  rate: '0 1 *',
  'queue.add': '5 1 *',
  'queue.list': '5 1',
} as const;

export type CallName = keyof typeof METHODS;

/** The wire's method behind a call of another name; '' for what the page does by itself. Intents are all `intent`. */
const ELSEWHERE = {
  call: 'token',
  token: 'identity',
  'storage.remove': 'storage.set',
  pickFile: '',
  takePhoto: '',
  'intents.finish': 'intent.finish',
} as const satisfies Partial<Record<CallName, Method | ''>>;

/** The wire's method behind the call `N`; never for what the page does by itself. */
export type WireOf<N extends CallName> = Extract<
  N extends keyof typeof ELSEWHERE ? (typeof ELSEWHERE)[N] : N extends `intents.${string}` ? 'intent' : N,
  Method
>;
export type ResultOf<N extends CallName> = Methods[WireOf<N>]['result'];

export interface Row {
  wire: Method | '';
  /** The usual deadline in milliseconds; without end for a call that waits for a person. */
  deadline: number;
  since: string;
  takes: readonly string[];
}

/** What is known of a call; undefined for whatever is none. */
export function rowOf(name: unknown): Row | undefined {
  const text = typeof name === 'string' && own(METHODS, name);
  if (!text) return undefined;
  const [seconds, minor, ...takes] = (text as string).split(' ');
  const wire = own(ELSEWHERE, name as string) ?? (name as string).replace(/^intents.*/, 'intent');
  return {
    wire: wire as Row['wire'],
    deadline: (+(seconds as string) || Infinity) * 1_000,
    since: `1.${minor}.0`,
    takes,
  };
}

/** What an adapter may do for a page outside the app without knowing who is there. */
export const OPEN_TO_ALL = /^(ui|storage|share|location|phone|open)\b/;
