import { type Handlers, readQuestion, readText, type User } from '@onecity/host';
import type { Account } from '@/api/types';
import type { Question } from '@/state/dialog';
import type { PushOutcome } from '@/state/push';
import { asBridgeError } from './failures';
import { withPatience } from './patience';
import type { Tokens } from './tokens';
import { LONGEST, shorten } from './words';

/** What a service page lends to the mini-service in its frame. */
export interface Lent {
  name: () => string;
  tokens: Tokens;
  account: () => Account | null;
  title: (text: string) => void;
  toast: (text: string) => void;
  confirm: (question: Question, signal: AbortSignal) => Promise<boolean>;
  close: () => void;
  subscribe: () => Promise<PushOutcome>;
}

/** The methods a mini-service may call. No account id, no cookie and no full number pass through here. */
export function makeHandlers(lent: Lent): Handlers {
  const confirm = withPatience(lent.confirm);
  return {
    token: () => translated(lent.tokens.next().then(({ token, expires_in }) => ({ token, expires_in }))),
    user: async () => userFor(lent),
    'ui.title': async (params) => lent.title(shorten(readText(params), LONGEST.title)),
    'ui.toast': async (params) => lent.toast(shorten(readText(params), LONGEST.toast)),
    'ui.confirm': async (params, { signal }) => confirm(questionFor(params, lent.name()), signal),
    'ui.close': async () => lent.close(),
    'notify.subscribe': () => translated(lent.subscribe().then((push) => ({ inbox: true, push }))),
  };
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asBridgeError(error);
  }
}

function userFor({ tokens, account }: Lent): User {
  const { sub, scope, acting_for } = tokens.known();
  const scopes = scope.split(' ');
  const resident = account();
  const user: User = { sub, loa: resident?.loa ?? 1 };
  // It is somebody else's matter then: the service learns whose, and nothing of the one who acts.
  if (acting_for) return { ...user, actingFor: acting_for };
  if (resident?.name && scopes.includes('profile:name:read')) user.name = resident.name;
  if (resident && scopes.includes('profile:phone:read')) user.phone = resident.phone;
  return user;
}

/** The question as the dialog shows it: always under the service's own name, so it cannot pass for the app. */
function questionFor(params: unknown, from: string): Question {
  const { title, message, ok, cancel } = readQuestion(params);
  return {
    from,
    title: shorten(title, LONGEST.question),
    ...(message !== undefined && { message: shorten(message, LONGEST.message) }),
    ...(ok !== undefined && { ok: shorten(ok, LONGEST.button) }),
    ...(cancel !== undefined && { cancel: shorten(cancel, LONGEST.button) }),
  };
}
