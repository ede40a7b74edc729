/** Who is signed in, as far as the shell knows. */
import { nextTick, reactive } from 'vue';
import { changeAccount, readAccount } from '@/api/account';
import { ApiProblem, arrived } from '@/api/client';
import { saysNobody } from '@/api/problem';
import { endThisSession } from '@/api/sessions';
import type { Account } from '@/api/types';
import { forgetLate, isLate, rewrite } from '@/cache/reads';
import { vault } from '@/vault';
import { onFresh } from './network';
import { owe, owes } from './owed';
import { type Locale, preferences } from './preferences';

interface SessionState {
  /** False until the server has said whether anybody is signed in. */
  known: boolean;
  account: Account | null;
}

const ACCOUNT = '/api/v1/account';

export const session = reactive<SessionState>({ known: false, account: null });

let asking: Promise<void> | null = null;
/** How often somebody came or went: what was asked before is no news afterwards. */
let turns = 0;

/** Asks the server once who is signed in. Without a network the answer stays unknown. */
export function learnAccount(): Promise<void> {
  if (session.known) return Promise.resolve();
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<void> {
  try {
    if (owes()) return await payOff();
    await askedNow();
  } catch {
    // Unknown means that nobody could say: a server that is busy has not ended the session.
  }
}

/** Who came or went while it was asked stays so. */
async function askedNow(): Promise<void> {
  const before = turns;
  try {
    const account = await readAccount();
    if (before === turns) enter(account);
  } catch (error) {
    if (!saysNobody(error)) throw error;
    if (before === turns) await forget();
  }
}

/** Ends the session that the resident wanted ended while there was no network; until then nobody is here. */
async function payOff(): Promise<void> {
  await forget();
  await ended(endThisSession());
}

/** What is gone elsewhere already is what was wanted; what cannot be told now is told later. */
async function ended(ending: Promise<unknown>): Promise<void> {
  try {
    await ending;
    owe(false);
  } catch (error) {
    if (!(error instanceof ApiProblem) || !(error.status === 0 || error.status === 401)) throw error;
    owe(error.status === 0);
  }
}

/** This is who is signed in; what the device keeps of anybody else is destroyed. */
export function enter(account: Account): void {
  if (session.account && session.account.created_at !== account.created_at) another(account);
  else {
    void vault.claim(ownerOf(account)).then(() => rewrite(ACCOUNT, account));
    show(account);
  }
}

/** Not the one on the screen: nothing of that one stays there, as in the other tabs. */
function another(account: Account): void {
  Object.assign(session, { account: null, known: false });
  forgetLate();
  void vault.claim(ownerOf(account)).then(() => location.replace('/'));
}

/** Somebody has just signed in here: also of somebody with the same number that was, nothing is left. */
export async function arrive(account: Account): Promise<void> {
  turns += 1;
  arrived();
  owe(false);
  void vault.claim(ownerOf(account), true).then(() => rewrite(ACCOUNT, account));
  if (session.account && session.account.created_at !== account.created_at) await partWith();
  show(account);
}

/** Whoever follows who is here, such as the mandates and what waits to be sent, sees that one go before the next comes. */
function partWith(): Promise<void> {
  session.account = null;
  forgetLate();
  return nextTick();
}

/** The same resident, whose name or number has just changed. */
export function changed(account: Account): void {
  void vault.rename(ownerOf(account)).then(() => rewrite(ACCOUNT, account));
  show(account);
}

function show(account: Account): void {
  session.account = account;
  session.known = true;
  if (!preferences.chosen) adopt(account);
}

const ownerOf = ({ created_at, phone }: Account) => ({ since: created_at, phone });

/** After a change of the account: what the shell shows of it. What the server cannot say leaves what was known. */
export async function refreshAccount(): Promise<void> {
  await askedNow().catch(() => undefined);
}

// Who was here last was shown while the city took long to say who is: perhaps somebody else by now.
onFresh(() => {
  if (session.account && isLate(ACCOUNT)) void refreshAccount();
});

/** Nobody is signed in any more on this device. Resolves when nothing that was kept can be read any more. */
export function forget(): Promise<void> {
  turns += 1;
  session.account = null;
  session.known = true;
  forgetLate();
  return vault.shred();
}

/** Without a network too: what is on the device goes at once, the session as soon as the city can be told. */
export async function signOut(ending: Promise<unknown> = endThisSession()): Promise<void> {
  await ended(ending);
  await forget();
}

/** The network is back: a sign-out that is owed is told, and who is here is learnt anew. */
export async function catchUp(): Promise<void> {
  if (owes()) await payOff();
  else if (session.account) await refreshAccount();
  else await learnAccount();
}

function adopt(account: Account): void {
  preferences.locale = account.locale === 'en' ? 'en' : 'zh-CN';
  preferences.elder = account.elder;
}

export function chooseLocale(locale: Locale): Promise<void> {
  preferences.locale = locale;
  return remember({ locale });
}

export function chooseElder(elder: boolean): Promise<void> {
  preferences.elder = elder;
  return remember({ elder });
}

async function remember(change: { locale?: Locale; elder?: boolean }): Promise<void> {
  preferences.chosen = true;
  const before = turns;
  if (!session.account) return;
  const account = await changeAccount(change);
  if (before === turns) session.account = account;
}
