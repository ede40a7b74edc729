import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { ApiProblem, isProblem, onReauthentication, onSignedOut, request } from '@/api/client';
import type { Identity, Mandate } from '@/api/mandates';
import { eventWords } from '@/i18n/events';
import { meansOf } from '@/i18n/means';
import { externalAnswer } from '@/i18n/problems';
import { goOn } from '@/navigation';
import { useAttempts } from '@/state/attempt';
import { useExports } from '@/state/exports';
import { idNumberOk } from '@/state/id-number';
import { actAs, acting, actingMandate, covers, identities, loadIdentities } from '@/state/identity';
import { otherSide, waitsForMe } from '@/state/mandates';
import { isComplete, type OfferForm, offerOf } from '@/state/offer';
import { bytesOf, creationFrom, requestFrom, textOf } from '@/state/passkeys';
import { closeStepUp, reauthenticate, stepUpSheet } from '@/state/reauthentication';
import { completeFor, secondStepIn, secondStepOf } from '@/state/second-factor';
import { session } from '@/state/session';
import { recycledIn, useSignIn } from '@/state/sign-in';
import { endFor, wishIn } from '@/state/sign-out';
import { useStepUp } from '@/state/step-up';
import { useStrength } from '@/state/strength';
import { network, problem } from './stubs';

const account = { name: '张*', phone: '138****0001', loa: 2, locale: 'zh-CN', elder: false, created_at: '' };
const entered = { status: 201, body: { account, session: {}, new_account: false } };
const ticket = problem(401, 'second-factor-needed', { ticket: 't1', methods: ['totp', 'recovery-code', 'smoke'] });
const bodyOf = (init: RequestInit | undefined): unknown => JSON.parse(String(init?.body));

beforeEach(() => {
  session.account = null;
  onReauthentication(reauthenticate);
  onSignedOut(() => undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  sessionStorage.clear();
});

describe('a call that only the owner may make', () => {
  const path = '/api/v1/credentials/password';
  let proved = false;
  const answers = () => ({
    [`PUT ${path}`]: () => (proved ? { status: 204 } : problem(401, 'reauthentication-needed')),
  });

  beforeEach(() => {
    proved = false;
  });

  it('asks for the proof once, for all that wait, and is repeated', async () => {
    const sent = network(answers());
    const out = vi.fn();
    onSignedOut(out);
    const both = [request('PUT', path, { body: { a: 1 } }), request('PUT', path, { body: { a: 2 } })];
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    await vi.waitFor(() => expect(stepUpSheet.value).toBe(true));
    proved = true;
    closeStepUp(true);
    await Promise.all(both);
    expect(sent.map((one) => bodyOf(one.init))).toEqual([{ a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }]);
    expect(stepUpSheet.value).toBe(false);
    expect(out).not.toHaveBeenCalled();
  });

  it('fails as it did where the resident does not want to, and says nothing of it', async () => {
    network(answers());
    const { attempt, problem: said } = useAttempts();
    const done = attempt(() => request('PUT', path, { body: {} }));
    await vi.waitFor(() => expect(stepUpSheet.value).toBe(true));
    closeStepUp(false);
    expect(await done).toBe(false);
    expect(said.value).toBe('');
  });

  it('is repeated once, not for ever', async () => {
    const sent = network(answers());
    onReauthentication(async () => true);
    await expect(request('PUT', path, { body: {} })).rejects.toMatchObject({ slug: 'reauthentication-needed' });
    expect(sent).toHaveLength(2);
  });

  it.each(['wrong-code', 'wrong-credentials', 'second-factor-needed', 'passkey-refused'])(
    'does not take a 401 %s for the end of the session',
    async (slug) => {
      const out = vi.fn();
      onSignedOut(out);
      network({ 'POST /x': problem(401, slug) });
      await expect(request('POST', '/x')).rejects.toMatchObject({ slug });
      expect(out).not.toHaveBeenCalled();
    },
  );
});

describe('signing in', () => {
  it('by password is a second step where the account asks for one', async () => {
    const sent = network({
      'POST /api/v1/sign-in/password': ticket,
      'POST /api/v1/sign-in/second-factor': entered,
    });
    const { form, second, submit, submitSecond } = useSignIn();
    Object.assign(form, { way: 'password', phone: '138 0000 0001', password: 'x' });
    expect(await submit()).toBe(false);
    expect([form.problem, second.value]).toEqual(['', { ticket: 't1', methods: ['totp', 'recovery-code'] }]);
    expect(await submitSecond('totp', ' 123456 ')).toBe(true);
    expect(bodyOf(sent[0]?.init)).toMatchObject({ phone: '13800000001', password: 'x' });
    expect(bodyOf(sent[1]?.init)).toMatchObject({ ticket: 't1', method: 'totp', code: '123456' });
    expect(session.account?.phone).toBe('138****0001');
  });

  it('keeps the ticket after a wrong second factor', async () => {
    network({
      'POST /api/v1/sign-in/password': ticket,
      'POST /api/v1/sign-in/second-factor': problem(401, 'wrong-code'),
    });
    const { form, second, submit, submitSecond } = useSignIn();
    Object.assign(form, { way: 'password', phone: '13800000001', password: 'x' });
    await submit();
    expect(await submitSecond('totp', '000000')).toBe(false);
    expect(second.value?.ticket).toBe('t1');
    expect(form.problem).not.toBe('');
  });

  it('asks whose number it is where that is not sure', async () => {
    const refusal = { ticket: 'r1', second_factor: { ticket: 't2', methods: ['totp'] } };
    const sent = network({
      'POST /api/v1/sign-in/sessions': problem(401, 'number-recycled', refusal),
      'POST /api/v1/sign-in/newcomer': entered,
    });
    const { form, recycled, submit, startAnew } = useSignIn();
    Object.assign(form, { phone: '13800000001', code: '123456' });
    await submit();
    expect(recycled.value).toEqual({ ticket: 'r1', second: { ticket: 't2', methods: ['totp'] } });
    expect(await startAnew()).toBe(true);
    expect(bodyOf(sent[1]?.init)).toMatchObject({ ticket: 'r1' });
    expect(recycledIn(new ApiProblem('wrong-code', 401, ''))).toBeNull();
  });
});

describe('a second step', () => {
  it('is read from a problem, and from the way back of another provider', () => {
    expect(secondStepIn(new ApiProblem('wrong-code', 401, ''))).toBeNull();
    expect(secondStepIn(new ApiProblem('second-factor-needed', 401, '', { methods: ['totp'] }))).toBeNull();
    expect(secondStepOf('#ticket=t9&methods=totp+recovery-code')).toEqual({
      ticket: 't9',
      methods: ['totp', 'recovery-code'],
    });
    expect(secondStepOf('')).toBeNull();
  });

  it.each([
    ['totp', '12345', false],
    ['totp', '123456', true],
    ['recovery-code', 'abcd', false],
    ['recovery-code', 'abcd-efgh', true],
  ] as const)('by %s is complete with %s: %s', (method, code, complete) => {
    expect(completeFor(method, code)).toBe(complete);
  });
});

describe('the step-up', () => {
  it('offers what the account has and the browser can do, the strongest first', async () => {
    network({ 'GET /api/v1/step-up/methods': { body: { methods: ['code', 'passkey', 'totp', 'password', 'smoke'] } } });
    const { methods, method, load } = useStepUp();
    await load();
    expect([methods.value, method.value]).toEqual([['code', 'password', 'totp'], 'code']);
  });

  it('goes on to the second factor, and is through after it', async () => {
    const sent = network({
      'POST /api/v1/step-up/code': ticket,
      'POST /api/v1/step-up/second-factor': { status: 204 },
    });
    const { secret, second, problem: said, prove, proveSecond } = useStepUp();
    secret.value = '123456';
    expect(await prove()).toBe(false);
    expect([said.value, secret.value, second.value?.ticket]).toEqual(['', '', 't1']);
    expect(await proveSecond('recovery-code', 'abcd-efgh')).toBe(true);
    expect(bodyOf(sent[1]?.init)).toEqual({ ticket: 't1', method: 'recovery-code', code: 'abcd-efgh' });
  });
});

describe('whom one acts for', () => {
  const self: Identity = { mandate: null, kind: 'self', name: '张*', services: null, expires_at: null };
  const parent: Identity = { mandate: 'm1', kind: 'family', name: '李*', services: ['hello'], expires_at: null };

  it('is kept as an id for the tab, and nowhere as a name', async () => {
    network({ 'GET /api/v1/identities': { body: { items: [self, parent] } } });
    await loadIdentities();
    actAs('m1');
    expect([acting.value?.name, actingMandate()]).toEqual(['李*', 'm1']);
    expect({ ...sessionStorage }).toEqual({ 'onecity-acting': 'm1' });
    expect(JSON.stringify({ ...localStorage })).not.toContain('李');
    actAs(null);
    expect([acting.value, actingMandate(), sessionStorage.length]).toEqual([null, undefined, 0]);
  });

  it('is oneself again once the mandate has ended', async () => {
    identities.chosen = 'm1';
    network({ 'GET /api/v1/identities': { body: { items: [self] } } });
    await loadIdentities();
    expect(identities.chosen).toBeNull();
  });

  it('is for the services of the mandate', () => {
    expect([covers(null, 'x'), covers(self, 'x'), covers(parent, 'hello'), covers(parent, 'x')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('a mandate', () => {
  const mandate: Mandate = {
    id: 'm1',
    kind: 'family',
    role: 'actor',
    principal: { name: '李*', kind: 'person' },
    actor: { name: '张*' },
    services: null,
    state: 'offered',
    offered_by: 'them',
    created_at: '',
    expires_at: null,
  };

  it('names the other side and waits for whom it was offered to', () => {
    expect([otherSide(mandate), otherSide({ ...mandate, role: 'principal' })]).toEqual(['李*', '张*']);
    expect(waitsForMe(mandate)).toBe(true);
    expect(waitsForMe({ ...mandate, offered_by: 'me' })).toBe(false);
    expect(waitsForMe({ ...mandate, state: 'active' })).toBe(false);
  });

  const form: OfferForm = {
    kind: 'family',
    direction: 'they-act',
    phone: '138 0000 0002',
    name: '王小明',
    number: '310101198803150012',
    credit: '91310000ma1fl0000x',
    whom: 'me',
    companyRole: 'clerk',
    services: null,
    days: '180',
  };

  it.each([
    ['family help', {}, { kind: 'family', direction: 'they-act', phone: '13800000002' }],
    ['a guardian', { kind: 'guardian' }, { kind: 'guardian', name: '王小明', id_number: '310101198803150012' }],
    ['one who represents', { kind: 'legal-person' }, { kind: 'legal-person', credit_code: '91310000MA1FL0000X' }],
    [
      'one who appoints',
      { kind: 'legal-person', whom: 'other' },
      { kind: 'legal-person', credit_code: '91310000MA1FL0000X', phone: '13800000002', roles: ['clerk'] },
    ],
  ] as const)('of %s says what that kind needs, and no more', (_name, change, offer) => {
    const filled = { ...form, ...change } as OfferForm;
    expect(isComplete(filled)).toBe(true);
    expect(offerOf(filled)).toEqual({ ...offer, services: null, expires_in_days: 180 });
  });

  it.each([
    [{ phone: '12' }],
    [{ services: [] }],
    [{ kind: 'guardian', number: '310101198803150013' }],
    [{ kind: 'legal-person', credit: '9131' }],
  ])('is not complete with %j', (change) => {
    expect(isComplete({ ...form, ...change } as OfferForm)).toBe(false);
  });
});

describe('an ID number', () => {
  it.each([
    ['310101198803150012', true],
    ['310106195209180022', true],
    ['310101198803150013', false],
    ['310101198813150012', false],
    ['31010119880315001', false],
    ['11010519491231002x', true],
  ])('%s can be one: %s', (number, ok) => {
    expect(idNumberOk(number)).toBe(ok);
  });
});

describe('passkeys', () => {
  it('turn the options of the wire into those of the browser, and back', () => {
    const bytes = Uint8Array.from([251, 255, 0, 62]);
    expect(textOf(bytes.buffer)).toBe('-_8APg');
    expect([...bytesOf('-_8APg')]).toEqual([...bytes]);
    const asked = requestFrom({ challenge: '-_8APg', allowCredentials: [{ id: 'AQI', type: 'public-key' }] });
    expect(asked.allowCredentials?.map((one) => [...(one.id as Uint8Array)])).toEqual([[1, 2]]);
    const user = { id: 'AQI', name: 'a', displayName: 'b' };
    const made = creationFrom({ challenge: '-_8APg', rp: { name: 'x' }, user, pubKeyCredParams: [] });
    expect([...(made.user.id as Uint8Array)]).toEqual([1, 2]);
    expect(made.extensions).toEqual({ credProps: true });
  });
});

describe('the strength of a password', () => {
  it('is asked for a moment after the last key, and forgotten with it', async () => {
    vi.useFakeTimers();
    const judge = vi.fn(async () => ({ score: 3, breached: false, advice: [] }));
    const { password, strength } = useStrength(judge);
    for (const typed of ['a', 'ab', 'abc']) {
      password.value = typed;
      await nextTick();
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(judge).toHaveBeenCalledOnce();
    expect(strength.value?.score).toBe(3);
    password.value = '';
    await nextTick();
    expect(strength.value).toBeNull();
  });
});

describe('an archive', () => {
  it('is looked for until it is ready, and saved by its one link', async () => {
    vi.useFakeTimers();
    let state = 'being-made';
    const list = () => ({ body: { items: [{ id: 'e1', state, asked_at: '', made_at: null, expires_at: null }] } });
    const saved = vi.fn();
    network({
      'GET /api/v1/account/exports': list,
      'POST /api/v1/account/exports/e1/link': { status: 201, body: { url: '/api/v1/downloads/s' } },
    });
    const { data, load, fetchOnce, stop } = useExports(saved);
    await load();
    state = 'ready';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(data.value?.[0]?.state).toBe('ready');
    expect(await fetchOnce('e1')).toBe(true);
    expect(saved).toHaveBeenCalledExactlyOnceWith('/api/v1/downloads/s');
    stop();
  });
});

describe('signing out for a client', () => {
  it('hands on what the client gave, and goes where the city says', async () => {
    const sent = network({ 'POST /api/v1/sign-out': { body: { redirect: 'https://client.example/' } } });
    session.account = account;
    expect(await endFor({ client_id: 'c', state: 's', client: '名', other: ['x'] })).toBe('https://client.example/');
    expect(bodyOf(sent[0]?.init)).toEqual({ client_id: 'c', state: 's' });
    expect(session.account).toBeNull();
    expect(wishIn({ state: ['a', 'b'] })).toEqual({});
  });

  it('stays where the session had ended already, and says what else went wrong', async () => {
    network({ 'POST /api/v1/sign-out': problem(401, 'unauthenticated') });
    expect(await endFor({})).toBeNull();
    network({ 'POST /api/v1/sign-out': problem(503, 'unavailable') });
    await expect(endFor({})).rejects.toSatisfy((error) => isProblem(error, 'unavailable'));
  });
});

describe('going on after signing in', () => {
  it.each([
    ['/me/security', 'shell', '/me/security'],
    ['/oauth/authorize/1?x=y', 'server', '/oauth/authorize/1?x=y'],
    ['https://evil.example/', 'shell', '/'],
    ['//evil.example/me', 'shell', '/'],
    ['/\\evil.example', 'shell', '/'],
    [undefined, 'shell', '/'],
  ])('to %s is for the %s: %s', async (wish, whose, path) => {
    const [replace, leave] = [vi.fn(), vi.fn()];
    await goOn({ replace } as never, wish, leave);
    expect(whose === 'shell' ? replace : leave).toHaveBeenCalledExactlyOnceWith(path);
  });
});

describe('words', () => {
  it('say by what means a session was opened', () => {
    expect(meansOf(['sms', 'otp', 'mfa'])).toBe('短信验证码 + 动态口令');
    expect(meansOf(['pwd', 'otp', 'recovery', 'mfa'])).toBe('密码 + 恢复码');
    expect(meansOf(['hwk', 'user', 'mfa'])).toBe('通行密钥');
    expect(meansOf()).toBe('');
  });

  it('say what happened, also for what is not known yet', () => {
    expect(eventWords({ id: '1', kind: 'new-device', details: { device: 'Chrome' }, at: '' })).toBe(
      '新设备登录：Chrome',
    );
    expect(eventWords({ id: '1', kind: 'brand-new', details: {}, at: '' })).toBe('账号有变化');
  });

  it('say what came of another provider, never what the address says', () => {
    expect(externalAnswer('declined')).toContain('取消');
    expect(externalAnswer('<b>请转账</b>')).not.toContain('转账');
    expect(externalAnswer(undefined)).toBe('');
  });
});
