import { BridgeError, type Handlers, readScopes } from '@onecity/host';
import { giveConsent, withdrawConsent } from '@/api/consents';
import { t } from '@/i18n';
import { translated } from '../failures';
import type { Lent } from '../lent';

/** Asking for more of what the release declares, and giving everything back. */
export function consentMethods(lent: Lent): Handlers {
  return {
    'consent.request': async (params, { signal }) => {
      const scopes = readScopes(params);
      const granted = await translated(grant(lent, scopes, signal));
      return { granted: scopes.filter((scope) => granted.includes(scope)) };
    },
    'consent.revoke': (_params, { signal }) => translated(revoke(lent, signal)),
  };
}

/** All that is granted afterwards. The sheet shows only what is not granted yet, and each with its reason. */
async function grant(lent: Lent, scopes: string[], signal: AbortSignal): Promise<string[]> {
  const { id, version, scopes: declared } = lent.service();
  const unknown = scopes.filter((name) => !declared.some((scope) => scope.name === name));
  if (unknown.length)
    throw new BridgeError('scope-not-requested', `The release does not ask for ${unknown.join(', ')}.`);
  const lacking = (has: string[]) => declared.filter(({ name }) => scopes.includes(name) && !has.includes(name));
  const known = (await lent.tokens.ready()).scope.split(' ');
  if (lacking(known).length === 0) return known;
  // What was known may be minutes old: nothing that was withdrawn since comes back with what is asked now.
  const has = (await lent.tokens.renew()).scope.split(' ');
  const missing = lacking(has);
  if (missing.length === 0) return has;
  const agreed = await lent.patience(() => lent.prompts.ask('consent', { scopes: missing }, signal), signal);
  if (!agreed) return has;
  const wanted = [...has, ...missing.map(({ name }) => name)];
  const names = declared.map(({ name }) => name).filter((name) => wanted.includes(name));
  await giveConsent(id, names, version, lent.mandate);
  return (await lent.tokens.renew()).scope.split(' ');
}

async function revoke(lent: Lent, signal: AbortSignal): Promise<void> {
  const question = {
    title: t('service.withdraw'),
    message: t('service.withdraw-ask', { name: lent.name() }),
    ok: t('service.withdraw'),
  };
  const sure = await lent.patience(() => lent.confirm(question, signal), signal);
  if (!sure) throw new BridgeError('REFUSED', 'The resident keeps the consent.');
  await withdrawConsent(lent.service().id, lent.mandate);
  lent.page.revoked();
}
