import { BridgeError } from '@onecity/host';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watch } from 'vue';
import { ApiProblem } from '@/api/client';
import { asBridgeError } from '@/service/failures';
import { contextOf } from '@/service/frame';
import { useOpening } from '@/service/opening';
import { prefetchService } from '@/service/prefetch';
import { makeTokens } from '@/service/tokens';
import { shorten } from '@/service/words';
import { preferences } from '@/state/preferences';
import { session } from '@/state/session';
import { ask, lend, token } from './lending';
import { detail, network, problem } from './stubs';

afterEach(() => vi.unstubAllGlobals());

describe('a mini-service', () => {
  it('gets the token and its life, and nothing else of the answer', async () => {
    expect(await ask(lend(), 'token')).toEqual({ token: 't1', expires_in: 300 });
  });

  it.each([
    ['its name', 'profile:name:read', { sub: 'pairwise', loa: 2, name: '张*' }],
    ['nothing', '', { sub: 'pairwise', loa: 2 }],
    ['its number', 'a:b:c profile:phone:read', { sub: 'pairwise', loa: 2, phone: '138****0001' }],
  ])('learns of the resident only what its scopes allow: %s', async (_what, scope, user) => {
    const tokens = makeTokens({ service: 'queries', first: { ...token, scope } });
    expect(await ask(lend({ tokens }), 'user')).toEqual(user);
  });

  it('cannot set a long title, nor write backwards in it', async () => {
    const lent = lend();
    await ask(lent, 'ui.title', { text: `\u061ca\u202eb\n${'长'.repeat(60)}` });
    const shown = vi.mocked(lent.page.title).mock.calls[0]?.[0] ?? '';
    expect(Array.from(shown)).toHaveLength(24);
    expect(shown.startsWith('a b 长')).toBe(true);
  });

  it('asks under its own name, whatever else it sends', async () => {
    const lent = lend();
    await ask(lent, 'ui.confirm', { title: '一城通办：请输入密码', from: '一城通办', message: 'm'.repeat(400) });
    const asked = vi.mocked(lent.confirm).mock.calls[0]?.[0];
    expect(asked).toMatchObject({ from: '办证预约', title: '一城通办：请输入密码' });
    expect(asked?.message).toHaveLength(240);
  });

  it('hears that the inbox is there even when the push is put off', async () => {
    expect(await ask(lend(), 'notify.subscribe', {})).toEqual({ inbox: true, push: 'later' });
  });

  it('sees why a token was refused', async () => {
    const refused = new ApiProblem('consent-needed', 403, 'Ask.', { request_id: 'r1', hop: 'gateway' });
    const tokens = { ...makeTokens({ service: 'x', first: token }), next: () => Promise.reject(refused) };
    await expect(ask(lend({ tokens }), 'token')).rejects.toMatchObject({
      code: 'consent-needed',
      retry: false,
      reference: 'r1',
      hop: 'gateway',
    });
  });

  it('gets nothing done before it may be open, and hears why it may not', async () => {
    const first = Promise.reject(new ApiProblem('consent-needed', 403, 'Ask.'));
    const lent = lend({ tokens: makeTokens({ service: 'x', first }) });
    await expect(ask(lent, 'ui.toast', { text: '你好' })).rejects.toMatchObject({ code: 'consent-needed' });
    expect(lent.page.toast).not.toHaveBeenCalled();
  });
});

describe('a failure over the bridge', () => {
  it.each([
    [new ApiProblem('offline', 0, ''), 'NETWORK', true],
    [new ApiProblem('timeout', 0, ''), 'NETWORK', true],
    [new ApiProblem('too-many-requests', 429, ''), 'too-many-requests', true],
    [new ApiProblem('http-502', 502, ''), 'http-502', true],
    [new ApiProblem('level-too-low', 403, ''), 'level-too-low', false],
    [new Error('secret'), 'INTERNAL', true],
  ])('of %s has the code %s and may be tried again: %s', (error, code, retry) => {
    const made = asBridgeError(error);
    expect(made).toBeInstanceOf(BridgeError);
    expect([made.code, made.retry]).toEqual([code, retry]);
    expect(made.message).not.toContain('secret');
  });
});

describe('tokens', () => {
  const address = 'POST /api/v1/services/x/tokens';

  it('hand out the first one once, and only while it is fresh', async () => {
    const sent = network({ [address]: { status: 201, body: { ...token, token: 't2' } } });
    let clock = 0;
    const now = () => clock;
    const tokens = makeTokens({ service: 'x', first: token, now });
    expect((await tokens.next()).token).toBe('t1');
    expect((await tokens.next()).token).toBe('t2');
    expect((await tokens.ready()).token).toBe('t2');
    const late = makeTokens({ service: 'x', first: token, now });
    clock = 61_000;
    expect((await late.next()).token).toBe('t2');
    expect(sent).toHaveLength(2);
  });

  it('are of one resident, however many sign in elsewhere in this browser', async () => {
    network({ [address]: { status: 201, body: { ...token, token: 't2', sub: 'another' } } });
    const tokens = makeTokens({ service: 'x', first: token });
    await tokens.next();
    await expect(tokens.next()).rejects.toMatchObject({ code: 'session-ended' });
    expect((await tokens.ready()).token).toBe('t1');
  });

  it('say why a later one was refused, and keep what is known', async () => {
    network({ [address]: problem(404, 'service-unknown') });
    const onRefused = vi.fn();
    const tokens = makeTokens({ service: 'x', first: token, onRefused });
    await tokens.next();
    await expect(tokens.next()).rejects.toMatchObject({ slug: 'service-unknown' });
    expect(onRefused).toHaveBeenCalledOnce();
    expect((await tokens.ready()).token).toBe('t1');
  });
});

describe('texts from a mini-service', () => {
  it('are cut by characters, not by halves of one', () => {
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
    expect(shorten('  a\u0000\tb ', 10)).toBe('a b');
  });
});

describe('the context', () => {
  it('says where the mini-service runs', () => {
    Object.assign(preferences, { locale: 'en', theme: 'dark', elder: true });
    const context = contextOf({ service: detail('appointments'), path: '/index.html#/bookings/1' });
    expect(context).toMatchObject({
      locale: 'en',
      theme: 'dark',
      elder: true,
      launch: { path: '/index.html#/bookings/1' },
      a11y: { reducedMotion: false, moreContrast: false },
    });
    expect(context.a11y?.textScale).toBeGreaterThan(1.1); // in elder mode
    expect(Object.keys(context.service).sort()).toEqual(['id', 'name', 'version']);
    Object.assign(preferences, { locale: 'zh-CN', theme: 'auto', elder: false });
  });
});

describe('opening a service', () => {
  const base = '/api/v1/services/appointments';
  const readDetail = { body: detail('appointments') };
  const granted = { status: 201, body: token };
  const recent = { status: 204 };
  let consented = false;

  beforeEach(() => {
    consented = false;
    session.account = null; // and with it what was open before
  });

  it('asks consent once, for what the release shows, then opens', async () => {
    const sent = network({
      [`GET ${base}`]: readDetail,
      [`POST ${base}/tokens`]: () => (consented ? granted : problem(403, 'consent-needed')),
      [`PUT ${base}/consent`]: () => {
        consented = true;
        return { body: {} };
      },
      'PUT /api/v1/recents/appointments': recent,
    });
    const opening = useOpening('appointments');
    await opening.start();
    expect(opening.phase.value).toBe('consent');
    await opening.agree();
    expect([opening.phase.value, (await opening.token.value)?.token]).toEqual(['open', 't1']);
    const put = sent.find((one) => one.url === `${base}/consent`);
    expect(put?.init.body).toBe('{"scopes":["profile:name:read"],"version":"1.0.0"}');
    expect(sent.at(-1)?.url).toBe('/api/v1/recents/appointments');
  });

  it('shows the new reasons when the release changed meanwhile', async () => {
    const sent = network({
      [`GET ${base}`]: readDetail,
      [`POST ${base}/tokens`]: problem(403, 'consent-needed'),
      [`PUT ${base}/consent`]: problem(409, 'release-changed'),
    });
    const opening = useOpening('appointments');
    await opening.start();
    await opening.agree();
    await vi.waitFor(() => expect(sent.filter((one) => one.url === base)).toHaveLength(2));
    await vi.waitFor(() => expect(opening.phase.value).toBe('consent'));
  });

  it.each([
    ['level', problem(403, 'level-too-low', { loa: 3 })],
    ['failed', problem(503, 'unavailable')],
  ])('ends in the phase %s', async (phase, refusal) => {
    network({ [`GET ${base}`]: readDetail, [`POST ${base}/tokens`]: refusal });
    const opening = useOpening('appointments');
    await opening.start();
    expect(opening.phase.value).toBe(phase);
    if (phase === 'level') expect(opening.wanted.value).toBe(3);
  });

  it('says when there is no such service', async () => {
    network({});
    const opening = useOpening('appointments');
    await opening.start();
    expect(opening.phase.value).toBe('gone');
  });

  it('asks what it is and whether it may at once, and once', async () => {
    const sent = network({ [`GET ${base}`]: readDetail, [`POST ${base}/tokens`]: granted });
    prefetchService('appointments', undefined);
    await vi.waitFor(() => expect(sent.map(({ method }) => method).sort()).toEqual(['GET', 'POST']));
    const opening = useOpening('appointments');
    await opening.start();
    expect(opening.phase.value).toBe('open');
    expect(sent.filter(({ url }) => url.startsWith(base))).toHaveLength(2);
  });

  it('lets the frame load at once where it was open before, and takes it back when it may no more', async () => {
    let gone = false;
    network({
      [`GET ${base}`]: readDetail,
      [`POST ${base}/tokens`]: () => (gone ? problem(403, 'consent-needed') : granted),
    });
    session.account = { name: null, phone: '', loa: 1, locale: 'zh-CN', elder: false, created_at: '' };
    await useOpening('appointments').start();
    gone = true;
    const again = useOpening('appointments');
    const loaded: unknown[] = [];
    watch(again.token, (token) => token && loaded.push(again.phase.value), { flush: 'sync' });
    await again.start();
    expect(loaded).toEqual(['loading']);
    expect([again.phase.value, again.token.value]).toEqual(['consent', null]);
  });
});
