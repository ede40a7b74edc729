import { afterEach, describe, expect, it, vi } from 'vitest';
import { coarsened } from '@/service/device';
import { shareUrl } from '@/service/launch';
import type { Asked } from '@/service/lent';
import type { Answers, Kind, Prompts } from '@/service/prompts';
import { makeTokens } from '@/service/tokens';
import { ask, device, lend, offered, token } from './lending';
import { detail, network, problem, text } from './stubs';

const CAMERA = { name: 'device:camera:use', reason: text('扫描缴费单上的码') };
const LOCATION = { name: 'device:location:read', reason: text('找离您最近的办理点') };

const tokensWith = (scope: string) => makeTokens({ service: 'appointments', first: { ...token, scope } });

/** A resident who answers every sheet so; what was asked is kept. */
function answering<K extends Kind>(kind: K, answer: Answers[K] | null): Prompts & { asked: unknown[] } {
  const asked: unknown[] = [];
  const prompts = {
    current: { value: null },
    asked,
    ask: async (of: string, asks: unknown) => {
      expect(of).toBe(kind);
      asked.push(asks);
      return answer;
    },
  };
  return prompts as unknown as Prompts & { asked: unknown[] };
}

afterEach(() => vi.unstubAllGlobals());

describe('what is offered', () => {
  it('is what every device can do, and no more', () => {
    const here = offered(lend());
    for (const absent of ['scan', 'location', 'intent', 'intent.finish', 'queue.add', 'queue.list']) {
      expect(here).not.toContain(absent);
    }
    expect(here).toEqual(
      expect.arrayContaining(['identity', 'storage.set', 'ui.sheet', 'share', 'phone', 'open', 'rate']),
    );
  });

  it.each([
    ['scan', CAMERA, { canScan: true }],
    ['location', LOCATION, { canLocate: true }],
  ])('has %s only where the device can and the release asks leave for it', (method, scope, able) => {
    const asking = () => detail('appointments', { scopes: [scope] });
    expect(offered(lend({ service: asking, device: device(able) }))).toContain(method);
    expect(offered(lend({ service: asking }))).not.toContain(method);
    expect(offered(lend({ device: device(able) }))).not.toContain(method);
  });

  it('has intents for a release that says which it uses, and their end for the one that is asked', () => {
    const service = () => detail('tax', { intents: { provides: [], uses: ['pay'] } });
    const intents = { ask: async () => null };
    expect(offered(lend({ service, intents }))).toContain('intent');
    expect(offered(lend({ intents }))).not.toContain('intent');
    expect(offered(lend({ service, intents, mandate: 'm' }))).not.toContain('intent');
    const asked = lend({ service, asked: ASKED });
    expect(offered(asked)).toContain('intent.finish');
    for (const absent of ['intent', 'open']) expect(offered(asked)).not.toContain(absent);
  });
});

const ASKED: Asked = {
  id: 'i1',
  name: 'pay',
  payload: {},
  from: { id: 'tax', name: text('缴费') },
  provider: 'bank',
  path: '/pay.html',
};

describe('arguments', () => {
  it.each([
    ['ui.title', undefined],
    ['ui.title', { text: 7 }],
    ['ui.toast', { text: '' }],
    ['ui.confirm', { title: {} }],
    ['ui.sheet', { actions: [] }],
    ['ui.sheet', { actions: Array.from({ length: 13 }, (_, id) => ({ id: `${id}`, label: 'x' })) }],
    ['ui.sheet', { actions: [{ id: 'a' }] }],
    [
      'ui.sheet',
      {
        actions: [
          { id: 'a', label: 'x' },
          { id: 'a', label: 'y' },
        ],
      },
    ],
    ['ui.loading', { on: 'yes' }],
    ['ui.back', {}],
    ['storage.get', { key: 'k'.repeat(129) }],
    ['storage.set', { key: 'k' }],
    ['storage.set', { key: 'k', value: undefined }],
    ['share', { text: 'no title' }],
    ['phone', { number: '*#06#' }],
    ['phone', { number: 'javascript:alert(1)' }],
    ['open', {}],
    ['consent.request', { scopes: 'profile:name:read' }],
    ['consent.request', { scopes: [] }],
    ['rate', { title: 'no event' }],
  ])('of %s such as %j are refused', async (method, params) => {
    await expect(ask(lend(), method, params)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('storage', () => {
  const place = '/api/v1/services/appointments/storage';

  it('is kept for whom the page is opened for, and null removes', async () => {
    const sent = network({
      [`PUT ${place}/a%2Fb`]: { status: 204 },
      [`DELETE ${place}/a%2Fb`]: problem(404, 'storage-key-unknown'),
    });
    const lent = lend({ mandate: 'm1' });
    await ask(lent, 'storage.set', { key: 'a/b', value: { n: 1 } });
    await ask(lent, 'storage.set', { key: 'a/b', value: null });
    expect(sent.map(({ method, url, init }) => [method, url, init.body])).toEqual([
      ['PUT', `${place}/a%2Fb?mandate=m1`, '{"value":{"n":1}}'],
      ['DELETE', `${place}/a%2Fb?mandate=m1`, undefined],
    ]);
  });

  it('answers null for a key that is not there, and with the keys that are', async () => {
    network({
      [`GET ${place}/a`]: problem(404, 'storage-key-unknown'),
      [`GET ${place}`]: { body: { keys: ['b'], used: 1, quota: 9 } },
    });
    expect(await ask(lend(), 'storage.get', { key: 'a' })).toBeNull();
    expect(await ask(lend(), 'storage.keys')).toEqual(['b']);
  });

  it('says when it is full', async () => {
    network({ [`PUT ${place}/a`]: problem(413, 'storage-full') });
    await expect(ask(lend(), 'storage.set', { key: 'a', value: 1 })).rejects.toMatchObject({
      code: 'storage-full',
      retry: false,
    });
  });
});

describe('a sheet', () => {
  it('shows labels cut short, and answers with the id', async () => {
    const prompts = answering('actions', 'b');
    const actions = [
      { id: 'a', label: `删\u202e除${'长'.repeat(40)}`, danger: true },
      { id: 'b', label: '改', danger: false },
    ];
    expect(await ask(lend({ prompts }), 'ui.sheet', { title: '这一条', actions, from: '一城通办' })).toBe('b');
    expect(prompts.asked[0]).toEqual({
      title: '这一条',
      actions: [
        { id: 'a', label: `删 除${'长'.repeat(26)}…`, danger: true },
        { id: 'b', label: '改', danger: false },
      ],
    });
  });

  it('is not shown from behind the service that lies above', async () => {
    await expect(ask(lend(), 'ui.toast', { text: '你好' }, true)).rejects.toMatchObject({
      code: 'HIDDEN',
      retry: true,
    });
    await expect(ask(lend(), 'ui.title', { text: '你好' }, true)).resolves.toBeUndefined();
  });
});

describe('sharing', () => {
  it('leads to the app, and to no place outside the service', () => {
    const service = detail('appointments');
    expect(shareUrl(service, '/index.html#/b/1')).toBe(
      `${location.origin}/s/appointments?path=%2Findex.html%23%2Fb%2F1`,
    );
    expect(shareUrl(service, '//evil.example/')).toBe(`${location.origin}/s/appointments`);
  });

  it('takes the sheet of the system, where a no is no', async () => {
    const share = vi.fn(async () => undefined);
    expect(await ask(lend({ device: device({ share }) }), 'share', { title: '预约' })).toEqual({ shared: true });
    const refused = async () => Promise.reject(new DOMException('', 'AbortError'));
    expect(await ask(lend({ device: device({ share: refused }) }), 'share', { title: '预约' })).toEqual({
      shared: false,
    });
  });

  it('takes our own where the system has none or wants a tap first', async () => {
    const share = async () => Promise.reject(new DOMException('', 'NotAllowedError'));
    for (const able of [device(), device({ share })]) {
      const prompts = answering('share', true);
      expect(await ask(lend({ device: able, prompts }), 'share', { title: '预约', path: '/a' })).toEqual({
        shared: true,
      });
      expect(prompts.asked).toEqual([{ title: '预约', url: `${location.origin}/s/appointments?path=%2Fa` }]);
    }
  });
});

describe('the device', () => {
  const service = () => detail('appointments', { scopes: [CAMERA, LOCATION] });
  const able = () => device({ canScan: true, canLocate: true });

  it.each(['scan', 'location'])('does not %s without the consent of the resident', async (method) => {
    const lent = lend({ service, device: able(), tokens: tokensWith('profile:name:read') });
    await expect(ask(lent, method)).rejects.toMatchObject({ code: 'scope-not-consented' });
  });

  it('gives the code, or null when it was sent away', async () => {
    const with_ = (answer: string | null) =>
      ask(
        lend({ service, device: able(), tokens: tokensWith(CAMERA.name), prompts: answering('scan', answer) }),
        'scan',
      );
    expect(await with_('6901234567892')).toEqual({ text: '6901234567892' });
    expect(await with_(null)).toBeNull();
  });

  it.each([
    [undefined, 'coarse', false],
    [{ precise: true }, 'coarse', false],
    [{ precise: true }, 'precise', true],
  ] as const)('asked for %j is located as the resident said: %s', async (params, answer, precise) => {
    const here = able();
    const prompts = answering('location', answer);
    await ask(lend({ service, device: here, tokens: tokensWith(LOCATION.name), prompts }), 'location', params);
    expect(here.locate).toHaveBeenCalledExactlyOnceWith(precise);
    expect(prompts.asked).toEqual([{ reason: '找离您最近的办理点', precise: params !== undefined }]);
  });

  it('is not located when the resident keeps that to themselves', async () => {
    const here = able();
    const lent = lend({
      service,
      device: here,
      tokens: tokensWith(LOCATION.name),
      prompts: answering('location', null),
    });
    await expect(ask(lent, 'location')).rejects.toMatchObject({ code: 'location-denied' });
    expect(here.locate).not.toHaveBeenCalled();
  });

  it('is a kilometre wide when it is roughly located', () => {
    const rough = coarsened({ latitude: 31.234567, longitude: 121.476543, accuracy: 12, at: 'now' });
    expect(rough).toEqual({ latitude: 31.23, longitude: 121.48, accuracy: 1_000, at: 'now' });
  });

  it.each([true, false])('calls a number when the resident says so: %s', async (yes) => {
    const lent = lend({ confirm: vi.fn(async () => yes) });
    expect(await ask(lent, 'phone', { number: '021-12345' })).toEqual({ called: yes });
    expect(vi.mocked(lent.device.call).mock.calls).toEqual(yes ? [['021-12345']] : []);
    expect(vi.mocked(lent.confirm).mock.calls[0]?.[0]).toMatchObject({ from: '办证预约', title: '拨打 021-12345？' });
  });
});

describe('consent', () => {
  const service = () =>
    detail('appointments', { scopes: [{ name: 'profile:name:read', reason: text('预约单') }, CAMERA] });
  const base = '/api/v1/services/appointments';

  it('is asked only for what is missing, and the token then says so', async () => {
    const scope = `profile:name:read ${CAMERA.name}`;
    const sent = network({
      [`PUT ${base}/consent`]: { body: {} },
      [`POST ${base}/tokens`]: () => ({
        status: 201,
        body: { ...token, token: 't2', scope: sent.some(({ init }) => init.method === 'PUT') ? scope : token.scope },
      }),
    });
    const prompts = answering('consent', true);
    const lent = lend({ service, prompts });
    expect(await ask(lent, 'consent.request', { scopes: [CAMERA.name] })).toEqual({ granted: [CAMERA.name] });
    expect(prompts.asked).toEqual([{ scopes: [CAMERA] }]);
    expect(sent[1]?.init.body).toBe(`{"scopes":["profile:name:read","${CAMERA.name}"],"version":"1.0.0"}`);
    expect((await lent.tokens.next()).token).toBe('t2');
  });

  it('does not bring back what was withdrawn since the page was opened', async () => {
    const sent = network({
      [`PUT ${base}/consent`]: { body: {} },
      [`POST ${base}/tokens`]: { status: 201, body: { ...token, scope: '' } },
    });
    await ask(lend({ service, prompts: answering('consent', true) }), 'consent.request', { scopes: [CAMERA.name] });
    expect(sent[1]?.init.body).toBe(`{"scopes":["${CAMERA.name}"],"version":"1.0.0"}`);
  });

  it('is not asked where it was withdrawn altogether: the page ends', async () => {
    network({ [`POST ${base}/tokens`]: problem(403, 'consent-needed') });
    const prompts = answering('consent', true);
    await expect(ask(lend({ service, prompts }), 'consent.request', { scopes: [CAMERA.name] })).rejects.toMatchObject({
      code: 'consent-needed',
    });
    expect(prompts.asked).toEqual([]);
  });

  it('is not asked again for what is granted, nor for what the release does not ask', async () => {
    const prompts = answering('consent', null);
    expect(await ask(lend({ service, prompts }), 'consent.request', { scopes: ['profile:name:read'] })).toEqual({
      granted: ['profile:name:read'],
    });
    await expect(ask(lend({ service, prompts }), 'consent.request', { scopes: ['a:b:c'] })).rejects.toMatchObject({
      code: 'scope-not-requested',
    });
    expect(prompts.asked).toEqual([]);
    network({ [`POST ${base}/tokens`]: { status: 201, body: token } });
    expect(await ask(lend({ service, prompts }), 'consent.request', { scopes: [CAMERA.name] })).toEqual({
      granted: [],
    });
  });

  it.each([true, false])('is given back when the resident says so: %s', async (yes) => {
    const sent = network({ [`DELETE ${base}/consent`]: { status: 204 } });
    const lent = lend({ confirm: async () => yes });
    const [outcome] = await Promise.allSettled([ask(lent, 'consent.revoke')]);
    expect(outcome).toMatchObject(yes ? { status: 'fulfilled' } : { reason: { code: 'REFUSED' } });
    expect(sent).toHaveLength(yes ? 1 : 0);
    expect(vi.mocked(lent.page.revoked).mock.calls).toHaveLength(yes ? 1 : 0);
  });
});

describe('a grade', () => {
  it('is asked for once: who has given it is not asked again', async () => {
    network({ 'GET /api/v1/ratings': { body: { items: [{ grade: 2 }] } } });
    const prompts = answering('rating', 5);
    expect(await ask(lend({ prompts }), 'rate', { event: 'b1' })).toEqual({ grade: 2 });
    expect(prompts.asked).toEqual([]);
    network({ 'GET /api/v1/ratings': { body: { items: [] } } });
    expect(await ask(lend({ prompts }), 'rate', { event: 'b1', title: '换领身份证' })).toEqual({ grade: 5 });
    expect(prompts.asked).toEqual([{ event: 'b1', title: '换领身份证' }]);
  });
});

describe('between services', () => {
  const service = () => detail('tax', { name: text('缴费'), intents: { provides: [], uses: ['pay'] } });
  const opened = {
    status: 201,
    body: { id: 'i1', provider: { id: 'bank', name: text('银行'), path: '/pay.html' }, expires_at: '' },
  };
  const answer = { token: 'signed', result: { paid: true } };

  it('one opens another that there is', async () => {
    network({ 'GET /api/v1/services/queries': { body: detail('queries') } });
    const lent = lend();
    await ask(lent, 'open', { service: 'queries', path: '/index.html#/a' });
    expect(lent.page.open).toHaveBeenCalledWith('queries', '/index.html#/a');
    await expect(ask(lent, 'open', { service: 'nowhere' })).rejects.toMatchObject({ code: 'service-unknown' });
    await expect(ask(lent, 'open', { service: 'queries', path: '//evil.example' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('one that was left meanwhile takes nobody elsewhere', async () => {
    const gone = new AbortController();
    network({
      'GET /api/v1/services/queries': () => {
        gone.abort();
        return { body: detail('queries') };
      },
    });
    const lent = lend();
    await ask(lent, 'open', { service: 'queries' }, false, gone.signal);
    expect(lent.page.open).not.toHaveBeenCalled();
  });

  it('one asks another and gets what that answered, signed', async () => {
    const sent = network({ 'POST /api/v1/intents': opened });
    const intents = { ask: vi.fn(async () => answer) };
    const got = await ask(lend({ service, intents }), 'intent', { name: 'pay', payload: { amount: 100 } });
    expect(got).toEqual({ intent: 'i1', provider: 'bank', ...answer });
    expect(sent[0]?.init.body).toBe('{"from":"tax","name":"pay","payload":{"amount":100}}');
    expect(intents.ask.mock.calls[0]?.slice(0, 1)).toEqual([
      {
        id: 'i1',
        name: 'pay',
        payload: { amount: 100 },
        from: { id: 'tax', name: text('缴费') },
        provider: 'bank',
        path: '/pay.html',
      },
    ]);
  });

  it('one that is left alone gets null, and the other side hears of it', async () => {
    const sent = network({ 'POST /api/v1/intents': opened, 'POST /api/v1/intents/i1/result': { body: {} } });
    expect(
      await ask(lend({ service, intents: { ask: async () => null } }), 'intent', { name: 'pay', payload: {} }),
    ).toBeNull();
    expect(sent.at(-1)?.init.body).toBe('{"cancelled":true}');
  });

  it('one that is left while the answer is on its way gets it all the same', async () => {
    network({ 'POST /api/v1/intents': opened });
    let sign: (response: Response) => void = () => undefined;
    const signing = vi.fn(() => new Promise<Response>((resolve) => (sign = resolve)));
    const intents = {
      ask: async () => {
        vi.stubGlobal('fetch', signing);
        void ask(lend({ asked: ASKED }), 'intent.finish', { result: { paid: true } });
        await vi.waitFor(() => expect(signing).toHaveBeenCalledOnce());
        setTimeout(() => sign(Response.json(answer)));
        return null;
      },
    };
    expect(await ask(lend({ service, intents }), 'intent', { name: 'pay', payload: {} })).toMatchObject(answer);
  });

  it('the resident chooses where several could do it', async () => {
    const providers = [
      { id: 'bank', name: text('银行') },
      { id: 'purse', name: text('钱包') },
    ];
    const unclear = problem(409, 'provider-unclear', { providers });
    const sent = network({
      'POST /api/v1/intents': ({ init }) => (String(init.body).includes('purse') ? opened : unclear),
    });
    const prompts = answering('provider', 'purse');
    await ask(lend({ service, prompts, intents: { ask: async () => answer } }), 'intent', { name: 'pay', payload: {} });
    expect(prompts.asked).toEqual([{ providers }]);
    expect(sent).toHaveLength(2);
  });

  it('the asked one hands its answer in, once it is signed', async () => {
    network({ 'POST /api/v1/intents/i1/result': { body: answer } });
    const lent = lend({ asked: ASKED });
    await ask(lent, 'intent.finish', { result: { paid: true } });
    expect(lent.finished).toHaveBeenCalledWith(answer);
    network({ 'POST /api/v1/intents/i1/result': problem(409, 'intent-answered') });
    await expect(ask(lent, 'intent.finish', { result: 1 })).rejects.toMatchObject({ code: 'intent-answered' });
    expect(lent.finished).toHaveBeenCalledOnce();
  });
});
