import type { City } from '../src/create.js';
import type { Mgop } from './mgop.js';
import { asFault, BridgeFault } from './zwjs-faults.js';
import { asking, calling, device, page, resident, type Work } from './zwjs-works.js';

export type Bridge = Record<string, (given?: object) => Promise<unknown>> & { onReady(then: () => void): void };

/** Nothing of the kind in the city: they are there, and reject. */
const REFUSED =
  'sms saveImage uploadFile downloadFile getUUID zmAuthentication getCurrentLocationCity selectCity setMenu prompt ' +
  'getClipboardData';

/** ZWJSBridge as pages of other cities call it, done by the city. Every call gives a promise, which settles. */
export function createBridge(city: City, mgop: Mgop, window: Window): Bridge {
  const bridge: Record<string, unknown> = {
    /** Also without an app around: each call says for itself what it cannot do. */
    onReady: (then: () => void): void => {
      const go = (): void => then();
      city.ready().then(go, go);
    },
  };
  for (const name of REFUSED.split(' ')) bridge[name] = promised(refuse(name));
  const works = { ...page(city, window), ...resident(city), ...device(city), ...asking(city), ...calling(mgop) };
  for (const [name, work] of Object.entries(works)) bridge[name] = promised(work);
  return bridge as Bridge;
}

interface Callbacks {
  onSuccess?: (result: unknown) => void;
  onFail?: (error: unknown) => void;
}

/** Some pages take the outcome from `onSuccess` and `onFail`; what they hear there is not left unhandled. */
function promised(work: Work): (given?: Callbacks) => Promise<unknown> {
  return (given) => {
    const { onSuccess, onFail, ...rest } = given ?? {};
    const outcome = work(rest).then(
      (result) => result ?? { result: 'true' },
      (error) => Promise.reject(asFault(error)),
    );
    if (onSuccess || onFail) outcome.then(onSuccess, onFail ?? (() => {}));
    return outcome;
  };
}

function refuse(name: string): Work {
  return async () => {
    throw new BridgeFault(1_000, `${name} is not offered here.`, 'UNSUPPORTED');
  };
}
