import { BridgeError, type Handler, type Handlers } from '@onecity/host';
import { translated } from './failures';
import type { Lent } from './lent';
import { accountMethods } from './methods/account';
import { betweenMethods } from './methods/between';
import { consentMethods } from './methods/consent';
import { deviceMethods } from './methods/device';
import { queueMethods } from './methods/queue';
import { rateMethods } from './methods/rate';
import { storageMethods } from './methods/storage';
import { uiMethods } from './methods/ui';

/**
 * The methods that a mini-service may call, here and now: what is not offered is not named, so that `canUse` is true to
 * life. No account id, no cookie and no full number pass through here.
 *
 * The frame may load while the first token is still on its way; nothing is done for it before that has come.
 */
export function makeHandlers(lent: Lent, covered: () => boolean = () => false): Handlers {
  const all = {
    ...accountMethods(lent),
    ...storageMethods(lent),
    ...uiMethods(lent),
    ...deviceMethods(lent),
    ...consentMethods(lent),
    ...rateMethods(lent),
    ...betweenMethods(lent),
    ...queueMethods(lent),
  };
  const guarded = Object.entries(all).map(([method, handler]): [string, Handler] => [
    method,
    async (params, call) => {
      await translated(lent.tokens.ready());
      if (covered() && SEEN.has(method)) throw hidden();
      return handler(params, call);
    },
  ]);
  return Object.fromEntries(guarded);
}

/** What shows something to the resident: not from behind the service that was asked and lies above. */
const SEEN = new Set<string>([
  'ui.toast',
  'ui.confirm',
  'ui.sheet',
  'ui.close',
  'share',
  'phone',
  'scan',
  'location',
  'consent.request',
  'consent.revoke',
  'notify.subscribe',
  'rate',
  'open',
  'intent',
]);

const hidden = (): BridgeError => new BridgeError('HIDDEN', 'Another service is in front.', { retry: true });
