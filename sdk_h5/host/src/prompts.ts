import { own } from '@onecity/sdk/shape';
import type { Method } from '@onecity/sdk/wire';

/**
 * Whom each method waits for. `here`: for a person who looks at the page, so it ends when nobody can see that page.
 * `away`: for a person whom the very act may take elsewhere (the telephone, a camera, another service), so it does not.
 */
export const WAITS_FOR = {
  token: 'app',
  identity: 'app',
  user: 'app',
  'storage.get': 'app',
  'storage.set': 'app',
  'storage.keys': 'app',
  'ui.title': 'app',
  'ui.toast': 'app',
  'ui.confirm': 'here',
  'ui.sheet': 'here',
  'ui.loading': 'app',
  'ui.back': 'app',
  'ui.close': 'app',
  share: 'away',
  scan: 'away',
  location: 'here',
  phone: 'away',
  open: 'app',
  intent: 'away',
  'intent.finish': 'app',
  'notify.subscribe': 'here',
  'consent.request': 'here',
  'consent.revoke': 'app',
  rate: 'here',
  'queue.add': 'app',
  'queue.list': 'app',
  'queue.next': 'app',
  'queue.settle': 'app',
} as const satisfies Record<Method, 'app' | 'here' | 'away'>;

/** Whether the call ends with HIDDEN once the page is hidden. */
export function needsEyes(method: string): boolean {
  return own(WAITS_FOR, method) === 'here';
}

/** Whether a person answers, wherever: such a call has no deadline of its own. */
export function waitsForPerson(method: Method): boolean {
  return WAITS_FOR[method] !== 'app';
}
