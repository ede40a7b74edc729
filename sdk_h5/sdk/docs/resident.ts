import type { CallName } from '../src/methods.js';
import type { Page } from './page.js';
import { IN_THE_APP } from './places.js';

export const RESIDENT = {
  'notify.subscribe': {
    group: 'resident',
    call: 'city.notify.subscribe(wish?, bounds?)',
    gives: 'Promise<{ inbox: true, push }>',
    does: {
      'zh-CN': '请求把本服务的消息送到市民手机。',
      en: 'Asks that this service’s notices reach the resident on this device. They always reach the inbox.',
    },
    takes: [['`wish.topic`', 'of your own, may be left out']],
    result: [['`push`', '`granted`, `denied`, `unsupported`, or `later` when the app will ask at a better moment']],
    places: IN_THE_APP,
    notes: 'Ask after something was done that a notice will follow, never at the start.',
    outcome: 'works',
  },
  rate: {
    group: 'resident',
    call: 'city.rate(event, bounds?)',
    gives: 'Promise<{ grade } | null>',
    does: {
      'zh-CN': '一件事办完后请市民好差评。',
      en: 'Asks the resident to rate a finished event: five grades, once for each.',
    },
    takes: [
      ['`event.event`', 'the department’s own id of it, 128 characters at most'],
      ['`event.title`', 'what was done, which the resident reads'],
    ],
    result: [['`grade`', '1 to 5, also when they gave it before; `null` when the resident left it']],
    places: IN_THE_APP,
    notes: 'Departments read the grades at `GET /dept/v1/ratings`, without who gave them.',
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
