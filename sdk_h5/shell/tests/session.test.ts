import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, watch } from 'vue';
import { preferences } from '@/state/preferences';
import {
  arrive,
  catchUp,
  chooseElder,
  chooseLocale,
  enter,
  forget,
  learnAccount,
  refreshAccount,
  session,
  signOut,
} from '@/state/session';
import { answer, network, problem } from './stubs';

const account = { name: '张*', phone: '138****0001', loa: 2, locale: 'en', elder: true, created_at: '' };

beforeEach(() => {
  Object.assign(session, { known: false, account: null });
  Object.assign(preferences, { locale: 'zh-CN', elder: false, chosen: false });
});
afterEach(() => vi.unstubAllGlobals());

describe('who is signed in', () => {
  it('is asked once, however many want to know', async () => {
    const sent = network({ 'GET /api/v1/account': { body: account } });
    await Promise.all([learnAccount(), learnAccount()]);
    await learnAccount();
    expect(sent).toHaveLength(1);
    expect(session.account?.phone).toBe('138****0001');
  });

  it('is nobody after a 401', async () => {
    network({ 'GET /api/v1/account': problem(401, 'session-missing') });
    await learnAccount();
    expect(session).toEqual({ known: true, account: null });
  });

  it('stays unknown without a network', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    await learnAccount();
    expect(session.known).toBe(false);
  });
});

describe('the preferences of the account', () => {
  it('are taken over on a new device', () => {
    enter(account);
    expect([preferences.locale, preferences.elder]).toEqual(['en', true]);
  });

  it('do not undo what was chosen on this device', async () => {
    await chooseLocale('zh-CN');
    enter(account);
    expect([preferences.locale, preferences.elder]).toEqual(['zh-CN', false]);
  });

  it('are changed on the server only for somebody signed in', async () => {
    const sent = network({ 'PATCH /api/v1/account': { body: { ...account, elder: false } } });
    await chooseElder(true);
    expect(sent).toHaveLength(0);
    enter(account);
    await chooseElder(false);
    expect(sent[0]?.init.body).toBe('{"elder":false}');
    expect(session.account?.elder).toBe(false);
  });
});

/** The answer to what is asked from now on comes when the test says so. */
function slowly() {
  let come: (response: Response) => void = () => undefined;
  const fetch = vi.fn(() => new Promise<Response>((resolve) => (come = resolve)));
  vi.stubGlobal('fetch', fetch);
  return {
    asked: () => vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce()),
    come: (response: Response) => come(response),
  };
}

describe('who came or went meanwhile', () => {
  it.each([
    ['was asked who is here', () => refreshAccount()],
    ['chose something', () => chooseElder(false)],
  ])('is not brought back by what one %s before signing out', async (_what, before) => {
    enter(account);
    const { asked, come } = slowly();
    const asking = before();
    await asked();
    await forget();
    come(answer({ body: account }));
    await asking;
    expect(session).toEqual({ known: true, account: null });
  });

  it('goes, for all that follows who is here, before somebody else comes', async () => {
    enter({ ...account, created_at: '2020' });
    const here: boolean[] = [];
    const stop = watch(
      () => session.account !== null,
      (is) => here.push(is),
    );
    await arrive({ ...account, created_at: '2021' });
    await nextTick();
    stop();
    expect(here).toEqual([false, true]);
  });

  it('is not sent away by a no to what was asked before', async () => {
    const { asked, come } = slowly();
    const asking = learnAccount();
    await asked();
    await arrive(account);
    come(answer(problem(401, 'session-missing')));
    await asking;
    expect(session.account?.phone).toBe(account.phone);
  });
});

describe('signing out', () => {
  it('forgets the account', async () => {
    network({ 'DELETE /api/v1/sessions/current': { status: 204 } });
    enter(account);
    await signOut();
    expect(session).toEqual({ known: true, account: null });
  });

  it('counts as done when the session had ended already', async () => {
    network({ 'DELETE /api/v1/sessions/current': problem(401, 'session-ended') });
    enter(account);
    await signOut();
    expect(session.account).toBeNull();
  });

  it('without a network leaves nothing here, and is told to the city as soon as that can be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    enter(account);
    await signOut();
    expect(session).toEqual({ known: true, account: null });
    Object.assign(session, { known: false });
    await learnAccount();
    expect(session).toEqual({ known: true, account: null });
    const sent = network({
      'DELETE /api/v1/sessions/current': { status: 204 },
      'GET /api/v1/account': { body: account },
    });
    await catchUp();
    await catchUp();
    expect(sent.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('from elsewhere is heard when the network is back, and what is kept goes', async () => {
    enter(account);
    network({ 'GET /api/v1/account': problem(503, 'unavailable') });
    await catchUp();
    expect(session.account).not.toBeNull();
    network({ 'GET /api/v1/account': problem(401, 'session-ended') });
    await catchUp();
    expect(session.account).toBeNull();
  });

  it('that is owed does not end the session of who signs in next', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    await signOut();
    const sent = network({ 'GET /api/v1/account': { body: account } });
    arrive(account);
    await catchUp();
    expect(sent.map(({ method }) => method)).toEqual(['GET']);
  });

  it('keeps the account when it did not work', async () => {
    network({ 'DELETE /api/v1/sessions/current': problem(503, 'unavailable') });
    enter(account);
    await expect(signOut()).rejects.toThrow('About unavailable.');
    expect(session.account).not.toBeNull();
    forget();
  });
});
