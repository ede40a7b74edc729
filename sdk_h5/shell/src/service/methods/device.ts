import { BridgeError, type Handlers, type Position, readPhone, readPrecise, readShare } from '@onecity/host';
import { localised, t } from '@/i18n';
import { isRefusedByPerson, shareUrl } from '../launch';
import type { Lent } from '../lent';
import type { Link } from '../prompts';
import { LONGEST, shorten } from '../words';

export const CAMERA = 'device:camera:use';
export const LOCATION = 'device:location:read';

/** What the phone does for a mini-service. Only what this device can, and this release asked leave for, is offered. */
export function deviceMethods(lent: Lent): Handlers {
  const { device } = lent;
  return {
    share: async (params, { signal }) => ({ shared: await share(lent, params, signal) }),
    phone: async (params, { signal }) => ({ called: await call(lent, readPhone(params), signal) }),
    ...(device.canScan && asks(lent, CAMERA) && { scan: (_params, { signal }) => scan(lent, signal) }),
    ...(device.canLocate && asks(lent, LOCATION) && { location: locator(lent) }),
  };
}

const asks = ({ service }: Lent, scope: string): boolean => service().scopes.some(({ name }) => name === scope);

const reasonFor = ({ service }: Lent, scope: string): string =>
  localised(service().scopes.find(({ name }) => name === scope)?.reason);

/** The release asks for it; whether the resident agreed, the token says. */
async function mustHave({ tokens }: Lent, scope: string): Promise<void> {
  const granted = (await tokens.ready()).scope.split(' ');
  if (!granted.includes(scope))
    throw new BridgeError('scope-not-consented', `The resident did not consent to ${scope}.`);
}

async function share(lent: Lent, params: unknown, signal: AbortSignal): Promise<boolean> {
  const { title, text, path } = readShare(params);
  const words = text && shorten(text, LONGEST.message);
  const url = shareUrl(lent.service(), path);
  const link: Link = { title: shorten(title, LONGEST.question), ...(words && { text: words }), url };
  const own = lent.device.share;
  if (own) {
    try {
      await own(link);
      return true;
    } catch (error) {
      if (isRefusedByPerson(error)) return false;
      // The browser wants a tap of just now, or knows no such data: our own sheet does it.
    }
  }
  return (await lent.patience(() => lent.prompts.ask('share', link, signal), signal)) === true;
}

async function call({ confirm, patience, device, name }: Lent, number: string, signal: AbortSignal): Promise<boolean> {
  const question = { from: name(), title: t('phone.ask', { number }), ok: t('phone.call') };
  const yes = await patience(() => confirm(question, signal), signal);
  if (yes) device.call(number);
  return yes;
}

async function scan(lent: Lent, signal: AbortSignal): Promise<{ text: string } | null> {
  await mustHave(lent, CAMERA);
  const reason = reasonFor(lent, CAMERA);
  const text = await lent.patience(() => lent.prompts.ask('scan', { reason }, signal), signal);
  return text === null ? null : { text };
}

/** Asks once as long as the page is open; whoever gave it roughly is asked again before it is precise. */
function locator(lent: Lent): Handlers[string] {
  let given: 'coarse' | 'precise' | null = null;
  return async (params, { signal }): Promise<Position> => {
    const precise = readPrecise(params);
    await mustHave(lent, LOCATION);
    if (!given || (precise && given === 'coarse')) {
      const asked = { reason: reasonFor(lent, LOCATION), precise };
      given = (await lent.patience(() => lent.prompts.ask('location', asked, signal), signal)) ?? given;
      if (!given) throw new BridgeError('location-denied', 'The resident keeps their location to themselves.');
    }
    return lent.device.locate(precise && given === 'precise');
  };
}
