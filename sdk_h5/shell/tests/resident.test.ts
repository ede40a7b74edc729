import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import type { Router } from 'vue-router';
import { cameFrom, goBack, leaveService } from '@/navigation';
import { dress } from '@/state/consents';
import { deviceName } from '@/state/device';
import { question } from '@/state/dialog';
import { favourites, isFavourite, toggleFavourite } from '@/state/favourites';
import { closePushSheet, disablePush, enablePush, offerPush, offerPushAfter, pushSheet } from '@/state/push';
import { useSignIn } from '@/state/sign-in';
import { useWithdrawal } from '@/state/withdrawal';
import { detail, network, problem, service, text } from './stubs';

afterEach(() => vi.unstubAllGlobals());

describe('a favourite', () => {
  beforeEach(() => {
    favourites.items = [];
  });

  it('shows at once and is kept', async () => {
    network({ 'PUT /api/v1/favourites/a': { status: 204 } });
    const done = toggleFavourite(service('a'));
    expect(isFavourite('a')).toBe(true);
    await done;
    expect(isFavourite('a')).toBe(true);
  });

  it('is taken back when the server refuses', async () => {
    favourites.items = [service('a')];
    network({ 'DELETE /api/v1/favourites/a': problem(503, 'unavailable') });
    await toggleFavourite(service('a'));
    expect(isFavourite('a')).toBe(true);
  });
});

describe('signing in', () => {
  const signInForm = () => effectScope().run(useSignIn) ?? expect.fail();
  const session = { id: 's', device: '', created_at: '', last_seen_at: '', current: true };
  const account = { name: null, phone: '', loa: 1, locale: 'zh-CN', elder: false, created_at: '' };

  it('sends bare digits and counts down as the answer says', async () => {
    const sent = network({ 'POST /api/v1/sign-in/codes': { status: 202, body: { expires_in: 300, resend_in: 60 } } });
    const { form, wait, phoneOk, send } = signInForm();
    form.phone = '+86 138 0000 0001';
    expect(phoneOk.value).toBe(true);
    expect(await send()).toBe(true);
    expect(sent[0]?.init.body).toBe('{"phone":"13800000001"}');
    expect([wait.value, form.sent]).toEqual([60, '验证码已发送，5 分钟内有效']);
  });

  it('says what is wrong and how many tries are left', async () => {
    network({ 'POST /api/v1/sign-in/sessions': problem(401, 'wrong-code', { tries_left: 2 }) });
    const { form, ready, submit } = signInForm();
    Object.assign(form, { phone: '13800000001', code: '000000' });
    expect(ready.value).toBe(true);
    expect(await submit()).toBe(false);
    expect([form.problem, form.busy]).toEqual(['验证码不对，还可以试 2 次', '']);
  });

  it('works with the right code', async () => {
    network({ 'POST /api/v1/sign-in/sessions': { status: 201, body: { account, session, new_account: true } } });
    const { form, submit } = signInForm();
    Object.assign(form, { phone: '13800000001', code: '123456' });
    expect(await submit()).toBe(true);
    expect(form.problem).toBe('');
  });

  it.each([
    ['Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36', 'Chrome · Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1', 'Safari · iOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49', 'WeChat · iOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox · Linux'],
    ['curl/8', 'Web · Web'],
  ])('names the device %s', (agent, name) => expect(deviceName(agent)).toBe(name));
});

describe('withdrawing consent', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('happens only after a yes: %s', async (yes, times) => {
    const sent = network({ 'DELETE /api/v1/services/a/consent': { status: 204 } });
    const done = vi.fn();
    const working = useWithdrawal(done).withdraw({ id: 'a', name: text('甲') });
    question.value?.answer(yes);
    await working;
    expect([sent.length, done.mock.calls.length]).toEqual([times, times]);
  });
});

describe('a consent in words', () => {
  it('takes the icon and the titles of the live release', () => {
    const scopes = [{ name: 'a:b:read', reason: text('因为'), title: text('读取甲') }];
    const kept = { name: 'a:b:read', reason: text('当时的理由') };
    const consent = { service: { id: 'a', name: text('甲') }, scopes: [kept], granted_at: '' };
    const dressed = dress(consent, detail('a', { scopes }));
    expect(dressed.scopes).toEqual([{ ...kept, title: text('读取甲') }]);
    expect(dressed.service.icon).toBe('http://a.localhost:8000/icon.svg');
  });
});

describe('going back', () => {
  const router = () => ({ back: vi.fn(), replace: vi.fn(async () => undefined) }) as unknown as Router;
  const trail = (index: number) => ({
    currentEntry: { index },
    entries: () => [{ key: 'home' }, { key: 'inbox' }, { key: 'service' }],
    traverseTo: vi.fn(() => ({ finished: Promise.resolve() })),
  });
  afterEach(() => history.replaceState(null, ''));

  it('uses the history only when the resident came from within', () => {
    const one = router();
    goBack(one, '/me');
    expect(one.replace).toHaveBeenCalledWith('/me');
    history.replaceState({ back: '/me' }, '');
    goBack(one, '/me');
    expect(one.back).toHaveBeenCalledOnce();
    expect(cameFrom({ back: 7 })).toBeNull();
  });

  it('leaves a service past all the steps of its frame', async () => {
    history.replaceState({ back: '/inbox' }, '');
    const steps = trail(2);
    await leaveService(router(), steps);
    expect(steps.traverseTo).toHaveBeenCalledWith('inbox');
  });

  it.each([
    ['after a deep link', null, 2],
    ['after a sign-in', '/sign-in?to=/s/a', 2],
    ['when nothing lies before', '/', 0],
  ])('leaves a service for home %s', async (_name, back, index) => {
    history.replaceState({ back }, '');
    const one = router();
    const steps = trail(index);
    await leaveService(one, steps);
    expect(one.replace).toHaveBeenCalledWith('/');
    expect(steps.traverseTo).not.toHaveBeenCalled();
  });
});

describe('push', () => {
  const made = { toJSON: () => ({ endpoint: 'https://push.example/1' }), unsubscribe: vi.fn(async () => true) };

  function browser(permission: NotificationPermission, after = permission, subscribed: typeof made | null = null) {
    const subscribe = vi.fn(async () => made);
    const registration = { pushManager: { subscribe, getSubscription: async () => subscribed } };
    const requestPermission = vi.fn(async () => after);
    vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
    vi.stubGlobal('PushManager', class {});
    vi.stubGlobal('Notification', { permission, requestPermission });
    return { subscribe, requestPermission };
  }

  const server = () =>
    network({
      'GET /api/v1/push/key': { body: { key: '-_8A' } },
      'POST /api/v1/push/subscriptions': { status: 201, body: { id: 'p1' } },
      'DELETE /api/v1/push/subscriptions/p1': { status: 204 },
    });

  it('says unsupported where there is none, and denied without asking again', async () => {
    expect(await offerPush()).toBe('unsupported');
    const { requestPermission } = browser('denied');
    expect(await offerPush()).toBe('denied');
    expect(requestPermission).not.toHaveBeenCalled();
  });

  it('subscribes after a yes to the sheet and to the browser', async () => {
    const { subscribe } = browser('default', 'granted');
    const sent = server();
    const offered = offerPush();
    await vi.waitFor(() => expect(pushSheet.value).toBe(true));
    closePushSheet(true);
    expect(await offered).toBe('granted');
    expect(subscribe).toHaveBeenCalledWith(expect.objectContaining({ userVisibleOnly: true }));
    expect(sent.at(-1)?.init.body).toBe('{"endpoint":"https://push.example/1"}');
  });

  it('is offered when a service that was used has something to say, and to all who wish for it at once', async () => {
    const { requestPermission } = browser('default', 'granted');
    server();
    const about = (id: string) => ({ service: { id, name: text(id) } });
    await offerPushAfter({ service: null }, new Set(['appointments']));
    await offerPushAfter(about('queries'), new Set(['appointments']));
    expect(pushSheet.value).toBe(false);
    const arrived = offerPushAfter(about('appointments'), new Set(['appointments']));
    await vi.waitFor(() => expect(pushSheet.value).toBe(true));
    const wished = offerPush();
    await Promise.resolve();
    closePushSheet(true);
    expect([await wished, await arrived]).toEqual(['granted', undefined]);
    expect(requestPermission).toHaveBeenCalledOnce();
  });

  it('is unsupported where no push service can be reached', async () => {
    browser('granted').subscribe.mockRejectedValueOnce(new DOMException('no push service', 'AbortError'));
    server();
    expect(await enablePush()).toBe('unsupported');
  });

  it('is taken off the server and the browser when switched off', async () => {
    browser('granted', 'granted', made);
    const sent = server();
    await disablePush();
    expect(sent.map((one) => one.method)).toEqual(['POST', 'DELETE']);
    expect(made.unsubscribe).toHaveBeenCalledOnce();
  });

  it('asks nothing more after a no until the app is opened anew', async () => {
    const { requestPermission } = browser('default');
    const offered = offerPush();
    await vi.waitFor(() => expect(pushSheet.value).toBe(true));
    closePushSheet(false);
    expect([await offered, await offerPush(), pushSheet.value]).toEqual(['later', 'later', false]);
    expect(requestPermission).not.toHaveBeenCalled();
  });
});
