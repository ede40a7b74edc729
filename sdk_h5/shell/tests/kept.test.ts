import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { isProblem, onSignedOut, request } from '@/api/client';
import { sortOf } from '@/cache/paths';
import { age } from '@/i18n/ages';
import { useLoad } from '@/state/load';
import { network, onBack, onFresh, turnedPage, unreached, watchNetwork } from '@/state/network';
import { preferences } from '@/state/preferences';
import { arrive, forget, refreshAccount, session } from '@/state/session';
import { vault } from '@/vault';
import { type Answered, answer, network as answering, problem } from './stubs';

vi.mock('@/vault', async () => {
  const { createVault } = await import('@/vault/vault');
  const { memoryShelf } = await import('./shelf');
  return { vault: createVault(Promise.resolve(memoryShelf()), null) };
});

const LI = { name: '李*', phone: '138****0001', loa: 2, locale: 'zh-CN', elder: false, created_at: '2020' };
const INBOX = '/api/v1/inbox';
const inbox = () => request<{ items: string[] }>('GET', INBOX);

const away = () => vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
const says = (answered: Answered, path = INBOX) => answering({ [`GET ${path}`]: answered, 'GET /livez': { body: {} } });

beforeEach(async () => {
  Object.assign(network, { offline: false, since: null });
  arrive(LI);
  await vault.ready();
});
afterEach(async () => {
  await forget();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Reads while there is a network, and waits until it is kept. */
async function readOnce(items: string[]): Promise<void> {
  says({ body: { items } });
  await inbox();
  await vi.waitFor(async () => expect(await vault.seat()?.get('cache', INBOX)).toMatchObject({ value: { items } }));
}

/** The clock stands still, and moves on once the call and the patience with it both wait for it. */
async function patienceEnds(): Promise<void> {
  while (vi.getTimerCount() < 2) await crypto.subtle.digest('SHA-256', new Uint8Array());
  await vi.advanceTimersByTimeAsync(4_000);
}
const stopClock = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

describe('what was read', () => {
  it('stands in when the network is away, and says from when it is', async () => {
    await readOnce(['a']);
    away();
    expect(await inbox()).toEqual({ items: ['a'] });
    expect([network.offline, network.since]).toEqual([true, expect.closeTo(Date.now(), -3)]);
    turnedPage();
    expect(network.since).toBeNull();
  });

  it('stands in for a proxy that finds the city gone, which is no lost network', async () => {
    await readOnce(['a']);
    says({ status: 502, type: 'text/html', body: 'Bad gateway' });
    expect(await inbox()).toEqual({ items: ['a'] });
    expect(network.offline).toBe(false);
  });

  it('never stands before what the network brings', async () => {
    await readOnce(['a']);
    await readOnce(['b']);
    expect(await inbox()).toEqual({ items: ['b'] });
    expect(network.since).toBeNull();
  });

  it('goes when the server says that it is not so', async () => {
    await readOnce(['a']);
    says(problem(404, 'notice-unknown'));
    await expect(inbox()).rejects.toThrow();
    away();
    await expect(inbox()).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it('of a list is there one by one, also what was never opened', async () => {
    const threads = { items: [{ thread: 't', newest: { id: 'n7', title: '预约成功' } }] };
    says({ body: threads }, '/api/v1/inbox/threads');
    await request('GET', '/api/v1/inbox/threads');
    await vi.waitFor(async () => expect(await vault.seat()?.get('cache', `${INBOX}/n7`)).not.toBeNull());
    away();
    expect(await request('GET', `${INBOX}/n7`)).toEqual(threads.items[0]?.newest);
  });

  it('is nobody else’s after signing in as another', async () => {
    await readOnce(['a']);
    arrive({ ...LI, phone: '138****0002', created_at: '2021' });
    away();
    await expect(inbox()).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it('is not kept when it comes after signing out', async () => {
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const reading = inbox();
    await vi.waitFor(() => expect(come).not.toHaveLength(0));
    await forget();
    arrive({ ...LI, created_at: '2022' });
    await vault.ready();
    come(answer({ body: { items: ['of the one before'] } }));
    await reading;
    away();
    await expect(inbox()).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it('is as it was written last, where the app itself wrote it', async () => {
    const path = '/api/v1/services/parks/storage/seen';
    answering({ [`PUT ${path}`]: { status: 204 }, [`DELETE ${path}`]: { status: 204 } });
    await request('PUT', path, { body: { value: [1, 2] } });
    away();
    expect(await request('GET', path)).toMatchObject({ key: 'seen', value: [1, 2] });
    answering({ [`DELETE ${path}`]: { status: 204 } });
    await request('DELETE', path);
    away();
    await expect(request('GET', path)).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it('is not what another one wrote, who has signed out since', async () => {
    const path = '/api/v1/services/parks/storage/seen';
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const writing = request('PUT', path, { body: { value: 'of Li' } });
    await vi.waitFor(() => expect(come.length).toBe(1));
    await forget();
    arrive({ ...LI, created_at: '2021' });
    await vault.ready();
    come(new Response(null, { status: 204 }));
    await writing;
    away();
    await expect(request('GET', path)).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it('lists no keys of before a write', async () => {
    const list = '/api/v1/services/parks/storage';
    answering({ [`GET ${list}`]: { body: { keys: [] } }, [`PUT ${list}/seen`]: { status: 204 } });
    await request('GET', list);
    await vi.waitFor(async () => expect(await vault.seat()?.get('cache', list)).not.toBeNull());
    await request('PUT', `${list}/seen`, { body: { value: 1 } });
    away();
    await expect(request('GET', list)).rejects.toSatisfy((error) => isProblem(error, 'offline'));
  });

  it.each([
    ['/api/v1/inbox', {}, 'own'],
    ['/api/v1/inbox/threads', {}, 'own'],
    ['/api/v1/inbox/0192', {}, 'own'],
    ['/api/v1/services', { q: '挂号' }, undefined],
    ['/api/v1/services', { life_event: 'birth' }, 'public'],
    ['/api/v1/services/parks', {}, 'public'],
    ['/api/v1/services/parks/storage/k', {}, 'background'],
    ['/api/v1/ledger', {}, undefined],
    ['/api/v1/sessions', {}, undefined],
    ['/api/v1/services/parks/tokens', {}, undefined],
  ])('%s %o is kept as %s', (path, query, sort) => {
    expect(sortOf(path, query)).toBe(sort);
  });
});

describe('a network that is slow', () => {
  it('shows who was here last, and nothing of them once the city says that it is somebody else', async () => {
    await vi.waitFor(async () => expect(await vault.seat()?.get('cache', '/api/v1/account')).not.toBeNull());
    const label = vault.seat()?.label;
    stopClock();
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const asking = refreshAccount();
    await patienceEnds();
    await asking;
    expect(session.account?.created_at).toBe('2020');
    const replace = vi.fn();
    vi.stubGlobal('location', { replace });
    come(answer({ body: { ...LI, created_at: '2021' } }));
    await vi.waitFor(() => expect(replace).toHaveBeenCalledExactlyOnceWith('/'));
    expect([session.account, session.known]).toEqual([null, false]);
    expect(vault.seat()?.label).not.toBe(label);
  });

  it('does not bring back what was there before a write of the app', async () => {
    const path = '/api/v1/services/parks/storage/seen';
    const value = async () => ((await request('GET', path)) as { value: unknown }).value;
    answering({ [`PUT ${path}`]: { status: 204 } });
    await request('PUT', path, { body: { value: 'old' } });
    stopClock();
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const reading = value();
    await patienceEnds();
    expect(await reading).toBe('old');
    answering({ [`PUT ${path}`]: { status: 204 } });
    await request('PUT', path, { body: { value: 'new' } });
    come(answer({ body: { value: 'old' } }));
    await crypto.subtle.digest('SHA-256', new Uint8Array());
    away();
    expect(await value()).toBe('new');
  });

  it('shows what was kept after a while, and what came late without asking again', async () => {
    await readOnce(['old']);
    stopClock();
    let come: (response: Response) => void = () => undefined;
    const fetch = vi.fn(() => new Promise<Response>((resolve) => (come = resolve)));
    vi.stubGlobal('fetch', fetch);
    const scope = effectScope();
    const { data, load } = scope.run(() => useLoad(inbox)) as ReturnType<typeof useLoad<{ items: string[] }>>;
    const loading = load();
    await patienceEnds();
    await loading;
    expect([data.value?.items, network.since]).toEqual([['old'], expect.any(Number)]);
    come(answer({ body: { items: ['new'] } }));
    await vi.waitFor(() => expect(data.value?.items).toEqual(['new']));
    expect([data.value?.items, network.since, fetch.mock.calls.length]).toEqual([['new'], null, 1]);
    scope.stop();
  });

  it('that says at last that nobody is signed in is believed', async () => {
    await readOnce(['old']);
    const nobody = vi.fn();
    onSignedOut(nobody);
    stopClock();
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const reading = request('GET', INBOX, { anonymous: true });
    await patienceEnds();
    await reading;
    come(answer(problem(401, 'session-ended')));
    await vi.waitFor(() => expect(nobody).toHaveBeenCalledOnce());
  });
});

describe('a network that is away', () => {
  it('is asked after, less and less often, until it is back', async () => {
    vi.useFakeTimers({ now: Date.now() + 600_000 });
    const probes = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));
    vi.stubGlobal('fetch', probes);
    const back = vi.fn();
    const stops = [watchNetwork(), onBack(back)];
    unreached();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(probes).toHaveBeenCalledTimes(4);
    vi.stubGlobal('fetch', () => Promise.resolve(answer({ body: {} })));
    await vi.advanceTimersByTimeAsync(32_000);
    expect([network.offline, back.mock.calls.length]).toEqual([false, 1]);
    for (const stop of stops) stop();
  });

  it('brings kept content up to date when it is back, and leaves fresh content alone', async () => {
    await readOnce(['old']);
    const scope = effectScope();
    const loads = scope.run(() => [useLoad(inbox), useLoad(async () => ({ items: ['fresh'] }))]) ?? [];
    const again = vi.fn();
    const stop = onFresh(again);
    away();
    await Promise.all(loads.map((one) => one.load()));
    const sent = says({ body: { items: ['new'] } });
    await request('GET', '/api/v1/sessions').catch(() => undefined);
    await vi.waitFor(() => expect(loads[0]?.data.value?.items).toEqual(['new']));
    expect([again.mock.calls.length, sent.filter(({ url }) => url === INBOX).length]).toEqual([1, 1]);
    stop();
    scope.stop();
  });
});

describe('an age', () => {
  it.each([
    [0, '刚刚'],
    [-5, '刚刚'],
    [3 * 60, ' 3 分钟前'],
    [59 * 60 + 59, ' 59 分钟前'],
    [5 * 3600, ' 5 小时前'],
    [49 * 3600, ' 2 天前'],
  ])('of %i seconds is “%s”', (seconds, words) => {
    preferences.locale = 'zh-CN';
    expect(age(1_000_000_000 - seconds * 1_000, 1_000_000_000)).toBe(words);
  });
});
