import type { Handlers, User } from '@onecity/host';
import { mintIdentityToken } from '@/api/identity-tokens';
import { translated } from '../failures';
import type { Lent } from '../lent';

/** Who the resident is to this service, and what it may show of that to others. */
export function accountMethods(lent: Lent): Handlers {
  const id = lent.service().id;
  return {
    token: () => translated(lent.tokens.next().then(({ token, expires_in }) => ({ token, expires_in }))),
    identity: () =>
      translated(mintIdentityToken(id, lent.mandate).then(({ token, expires_in }) => ({ token, expires_in }))),
    user: () => translated(userFor(lent)),
    'notify.subscribe': () => translated(lent.subscribe().then((push) => ({ inbox: true, push }))),
  };
}

async function userFor({ tokens, account }: Lent): Promise<User> {
  const { sub, scope, acting_for } = await tokens.ready();
  const scopes = scope.split(' ');
  const resident = account();
  const user: User = { sub, loa: resident?.loa ?? 1 };
  // It is somebody else's matter then: the service learns whose, and nothing of the one who acts.
  if (acting_for) return { ...user, actingFor: acting_for };
  if (resident?.name && scopes.includes('profile:name:read')) user.name = resident.name;
  if (resident && scopes.includes('profile:phone:read')) user.phone = resident.phone;
  return user;
}
