/** Who is signed in, as far as the shell knows. */
import { reactive } from 'vue';
import { changeAccount, readAccount } from '@/api/account';
import { ApiProblem, isProblem } from '@/api/client';
import { endThisSession } from '@/api/sessions';
import type { Account } from '@/api/types';
import { type Locale, preferences } from './preferences';

interface SessionState {
  /** False until the server has said whether anybody is signed in. */
  known: boolean;
  account: Account | null;
}

export const session = reactive<SessionState>({ known: false, account: null });

let asking: Promise<void> | null = null;

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
    enter(await readAccount());
  } catch (error) {
    if (!isProblem(error, 'offline', 'timeout')) forget();
  }
}

export function enter(account: Account): void {
  session.account = account;
  session.known = true;
  if (!preferences.chosen) adopt(account);
}

/** After a change of the account: what the shell shows of it. A failure leaves what was known. */
export async function refreshAccount(): Promise<void> {
  await readAccount().then(enter, () => undefined);
}

/** Nobody is signed in any more on this device. */
export function forget(): void {
  session.account = null;
  session.known = true;
}

export async function signOut(): Promise<void> {
  await endThisSession().catch((error: unknown) => {
    // Ended elsewhere already: that is what was wanted.
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
  });
  forget();
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
  if (session.account) session.account = await changeAccount(change);
}
