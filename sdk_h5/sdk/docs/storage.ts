import type { CallName } from '../src/methods.js';
import type { Page, Places } from './page.js';

const KEPT: Places = {
  app: 'yes: on every device of the resident',
  native: 'where the app offers it; `canUse` says so',
  wechat: 'in this tab, until it is closed',
  browser: 'in this tab, until it is closed',
};
const KEY = ['`key`', '1 to 128 characters, not `.` or `..`'] as const;

export const STORAGE = {
  'storage.get': {
    group: 'storage',
    call: 'city.storage.get(key, bounds?)',
    gives: 'Promise<unknown>',
    does: {
      'zh-CN': '读取本服务为这位市民保存的一个值。',
      en: 'What this service kept for this resident under the key.',
    },
    takes: [KEY],
    result: [['any JSON value', '`null` when there is none']],
    places: KEPT,
    notes:
      'A service has a storage of its own for each resident, and another for each mandate they act under. It is in their export and goes with their account.',
    outcome: 'works',
  },
  'storage.set': {
    group: 'storage',
    call: 'city.storage.set(key, value, bounds?)',
    gives: 'Promise<void>',
    does: {
      'zh-CN': '为这位市民保存一个值，换设备也在。每个服务 1 MiB。',
      en: 'Keeps a value for this resident, on every device of theirs.',
    },
    takes: [KEY, ['`value`', 'anything JSON can say']],
    refusals: [
      ['`storage-full`', 'over 1 MiB (1,048,576 bytes of JSON and keys) or 500 keys for one resident and service'],
      ['`INVALID_ARGUMENT`', 'a file, a date, a cycle: what JSON cannot say'],
    ],
    places: KEPT,
    outcome: 'works',
  },
  'storage.remove': {
    group: 'storage',
    call: 'city.storage.remove(key, bounds?)',
    gives: 'Promise<void>',
    does: {
      'zh-CN': '删除保存的一个值；没有也不算错。',
      en: 'Forgets what is kept under the key; that nothing is there is no error.',
    },
    takes: [KEY],
    places: KEPT,
    outcome: 'works',
  },
  'storage.keys': {
    group: 'storage',
    call: 'city.storage.keys(bounds?)',
    gives: 'Promise<string[]>',
    does: { 'zh-CN': '保存过的键。', en: 'The keys that something is kept under.' },
    places: KEPT,
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
