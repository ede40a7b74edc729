import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCity } from '../src/create.js';
import { city as imported } from '../src/index.js';
import { ackFor, CONTEXT } from './acks.js';
import { type Asked, passing, scriptedCity, uncaught } from './scripted.js';
import { HOST_ORIGIN, placeOf, windowPair } from './windows.js';

const ports: MessagePort[] = [];

/** A city whose host answers by `answers`, method by method. */
function city(answers: Record<string, unknown> = {}, others = {}, caps?: readonly string[]) {
  const stage = scriptedCity(others, caps);
  ports.push(stage.port);
  stage.script.onAsk = ({ i, m = '' }: Asked) => {
    if (Object.hasOwn(answers, m)) stage.port.postMessage({ i, ok: 1, r: answers[m] });
  };
  return stage;
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('the city', () => {
  it('does nothing on import, and says so outside a browser', async () => {
    expect(imported.context).toBeNull();
    expect(imported.canUse('user')).toEqual({ ok: false, reason: 'not-in-host', since: '1.0.0' });
    const started = performance.now();
    await expect(imported.user()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(imported.call('appointments', '/sites')).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    expect(performance.now() - started).toBeLessThan(300);
  });

  it('gives its context when ready, and shakes hands once for all who ask', async () => {
    const { city: it, pair } = city();
    const contexts = await Promise.all([it.ready(), it.ready(), it.ready()]);
    expect(contexts).toEqual([CONTEXT, CONTEXT, CONTEXT]);
    expect(it.context).toEqual(CONTEXT);
    expect(pair.parentView.posted).toHaveLength(1);
  });

  it('shakes hands by itself for whatever is called first', async () => {
    const { city: it } = city({ user: { sub: 's', loa: 2 } });
    await expect(it.user()).resolves.toEqual({ sub: 's', loa: 2 });
    const acting = { sub: 'p', loa: 2, actingFor: { name: '李*', kind: 'family' } };
    await expect(city({ user: acting }).city.user()).resolves.toEqual(acting);
    expect(it.context).toEqual(CONTEXT);
  });

  it('lets one caller give up waiting for the host, and the others wait on', async () => {
    const { city: it } = city();
    const impatient = it.ready({ signal: AbortSignal.abort() });
    await expect(impatient).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(it.ready()).resolves.toEqual(CONTEXT);
  });

  it('asks again after a silent host', async () => {
    vi.useFakeTimers();
    const pair = windowPair();
    const it = createCity(placeOf(pair));
    const outcome = expect(it.ready()).rejects.toMatchObject({ code: 'HOST_SILENT' });
    await vi.advanceTimersByTimeAsync(3_000);
    await outcome;
    const silent = pair.parentView.posted.length;
    it.ready().catch(() => {});
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    expect(pair.parentView.posted.length).toBe(2 * silent);
  });
});

describe('what the city asks of its host', () => {
  it('sends each call under its own name, with its own deadline', async () => {
    const confirmed = { 'ui.confirm': true, 'ui.title': undefined, 'ui.toast': undefined, 'ui.close': undefined };
    const { city: it, asked } = city({ ...confirmed, 'notify.subscribe': { inbox: true, push: 'later' } });
    await expect(it.ui.title('预约')).resolves.toBeUndefined();
    await expect(it.ui.toast('好')).resolves.toBeUndefined();
    await expect(it.ui.confirm({ title: '取消预约?', ok: '是' })).resolves.toBe(true);
    await expect(it.notify.subscribe({ topic: 'bookings' })).resolves.toEqual({ inbox: true, push: 'later' });
    await expect(it.ui.close()).resolves.toBeUndefined();
    expect(asked.map(({ m, p }) => [m, p])).toEqual([
      ['ui.title', { text: '预约' }],
      ['ui.toast', { text: '好' }],
      ['ui.confirm', { title: '取消预约?', ok: '是' }],
      ['notify.subscribe', { topic: 'bookings' }],
      ['ui.close', undefined],
    ]);
  });

  it.each([false, undefined, 1, 'true'])('takes %j for no', async (answer) => {
    const { city: it } = city({ 'ui.confirm': answer });
    await expect(it.ui.confirm({ title: '?' })).resolves.toBe(false);
  });

  it.each([null, {}, 'x', { sub: 1, loa: 1 }, { sub: 's' }, JSON.parse('{"__proto__": {"sub": "s", "loa": 1}}')])(
    'refuses the user %j',
    async (answer) => {
      const { city: it } = city({ user: answer });
      await expect(it.user()).rejects.toMatchObject({ code: 'BAD_REPLY' });
    },
  );

  it('refuses a subscription and a token it cannot read', async () => {
    const { city: it } = city({ 'notify.subscribe': { inbox: true }, token: { token: 5, expires_in: 300 } });
    await expect(it.notify.subscribe()).rejects.toMatchObject({ code: 'BAD_REPLY' });
    await expect(it.call('appointments', '/sites')).rejects.toMatchObject({ code: 'BAD_REPLY' });
  });

  it('does not ask for what the host does not offer', async () => {
    const { city: it, asked } = city({}, {}, ['token']);
    await expect(it.ui.toast('x')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('ui.toast'),
    });
    expect(asked).toEqual([]);
  });

  it('waits only as long as it is told', async () => {
    const { city: it } = city();
    await expect(it.user({ deadline: 30 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(it.ui.confirm({ title: '?' }, { deadline: 30 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('the token', () => {
  const fetched = () => {
    const used: (string | null)[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      used.push(request.headers.get('authorization'));
      return new Response();
    };
    return { used, fetch };
  };

  it('is asked for once by calls that need it at the same time', async () => {
    const { used, fetch } = fetched();
    const { city: it, asked } = city({ token: { token: 't', expires_in: 300 } }, { fetch });
    await Promise.all(Array.from({ length: 20 }, () => it.call('appointments', '/sites')));
    await it.call('appointments', '/sites');
    expect(asked).toHaveLength(1);
    expect(new Set(used)).toEqual(new Set(['Bearer t']));
    expect(used).toHaveLength(21);
  });

  it.each([
    [31, 1],
    [30, 2],
    [0, 2],
  ])('with %i seconds left is asked for %i times by two calls', async (seconds, times) => {
    const { fetch } = fetched();
    const { city: it, asked } = city({ token: { token: 't', expires_in: seconds } }, { fetch });
    await it.call('appointments', '/sites');
    await it.call('appointments', '/sites');
    expect(asked).toHaveLength(times);
  });

  it('is still fetched for the others when one caller gives up', async () => {
    const { fetch } = fetched();
    const { city: it, asked, script, port } = city({}, { fetch });
    script.onAsk = ({ i }) => setTimeout(() => port.postMessage({ i, ok: 1, r: { token: 't', expires_in: 300 } }), 40);
    const stop = new AbortController();
    const first = it.call('appointments', '/a', { signal: stop.signal });
    const second = it.call('appointments', '/b');
    setTimeout(() => stop.abort(), 10);
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(second).resolves.toMatchObject({ status: 200 });
    expect(asked).toMatchObject([{ m: 'token', cancelled: false }]);
  });

  it('is asked for again after a refusal', async () => {
    const { fetch } = fetched();
    const { city: it, asked, script, port } = city({}, { fetch });
    const e = { code: 'consent-needed', message: 'The resident has not consented.', retry: false };
    script.onAsk = ({ i }) =>
      port.postMessage(asked.length === 1 ? { i, ok: 0, e } : { i, ok: 1, r: { token: 't', expires_in: 300 } });
    await expect(it.call('appointments', '/a')).rejects.toMatchObject(e);
    await expect(it.call('appointments', '/a')).resolves.toMatchObject({ status: 200 });
  });

  it('is forgotten when the host revokes', async () => {
    const { fetch } = fetched();
    const { city: it, asked, port } = city({ token: { token: 't', expires_in: 300 } }, { fetch });
    await it.call('appointments', '/a');
    port.postMessage({ ev: 'revoked', p: { reason: 'consent' } });
    await passing();
    await it.call('appointments', '/a');
    expect(asked).toHaveLength(2);
  });
});

describe('events', () => {
  it('reach every listener until it leaves, and keep the context up to date', async () => {
    const { city: it, port } = city();
    const [kept, left] = [vi.fn(), vi.fn()];
    const leave = it.on('theme', left);
    it.on('theme', kept);
    it.on('elder', kept);
    it.on('locale', kept);
    await it.ready();
    port.postMessage({ ev: 'theme', p: { mode: 'dark' } });
    await passing();
    leave();
    port.postMessage({ ev: 'theme', p: { mode: 'light' } });
    port.postMessage({ ev: 'theme', p: { mode: 'dark' } });
    port.postMessage({ ev: 'elder', p: { on: true } });
    port.postMessage({ ev: 'locale', p: { locale: 'en' } });
    await passing();
    expect(left).toHaveBeenCalledTimes(1);
    expect(kept).toHaveBeenCalledTimes(5);
    expect(it.context).toEqual({ ...CONTEXT, theme: 'dark', elder: true, locale: 'en' });
  });

  it.each([
    ['theme', { mode: 'purple' }],
    ['theme', null],
    ['locale', { locale: 'fr' }],
    ['elder', { on: 'yes' }],
    ['revoked', {}],
    ['constructor', {}],
    ['__proto__', {}],
    ['from-a-newer-host', {}],
  ])('are dropped when malformed or unknown: %s %j', async (ev, p) => {
    const { city: it, port } = city();
    const listener = vi.fn();
    it.on(ev as 'shown', listener);
    await it.ready();
    port.postMessage({ ev, p });
    await passing();
    expect(listener).not.toHaveBeenCalled();
    expect(it.context).toEqual(CONTEXT);
  });

  it('that carry nothing bring nothing', async () => {
    const { city: it, port } = city();
    const listener = vi.fn();
    it.on('back', listener);
    await it.ready();
    port.postMessage({ ev: 'back', p: undefined });
    port.postMessage({ ev: 'back', p: null });
    await vi.waitFor(() => expect(listener.mock.calls).toEqual([[undefined], [undefined]]));
  });

  it('reach the next listener when one throws, of which the page hears', async () => {
    const report = uncaught();
    const { city: it, port } = city();
    const next = vi.fn();
    it.on('shown', () => {
      throw new Error('mine');
    });
    it.on('shown', next);
    await it.ready();
    port.postMessage({ ev: 'shown', p: undefined });
    await passing();
    expect(next).toHaveBeenCalledTimes(1);
    await expect(report).resolves.toMatchObject({ message: 'mine' });
  });

  it('reach a listener that came during one only with the next', async () => {
    const { city: it, port } = city();
    const late = vi.fn();
    const stop = it.on('shown', () => {
      stop();
      it.on('shown', late);
    });
    await it.ready();
    port.postMessage({ ev: 'shown', p: undefined });
    await passing();
    expect(late).not.toHaveBeenCalled();
    port.postMessage({ ev: 'shown', p: undefined });
    await passing();
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('let the same function listen twice and leave once', async () => {
    const { city: it, port } = city();
    const listener = vi.fn();
    const leave = it.on('hidden', listener);
    it.on('hidden', listener);
    leave();
    leave();
    await it.ready();
    port.postMessage({ ev: 'hidden', p: undefined });
    await passing();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('canUse', () => {
  const odd = [undefined, null, 0, Symbol('x'), {}, [], () => 1, '', 'toString', '__proto__', 'identity', 'pay', 2n];
  it.each(odd)('does not know %s and does not throw', (name) => {
    expect(city().city.canUse(name)).toEqual({ ok: false, reason: 'unknown' });
  });

  it('does not touch what it is given', () => {
    const hostile = new Proxy({}, { get: () => expect.unreachable(), ownKeys: () => expect.unreachable() });
    expect(city().city.canUse(hostile)).toEqual({ ok: false, reason: 'unknown' });
  });

  it('tells what works now and why the rest does not', async () => {
    const { city: it, port } = city({}, {}, ['token', 'ui.title']);
    expect(it.canUse('call')).toEqual({ ok: false, reason: 'not-ready', since: '1.0.0' });
    await it.ready();
    expect(it.canUse('call')).toEqual({ ok: true, since: '1.0.0' });
    expect(it.canUse('ui.title')).toEqual({ ok: true, since: '1.0.0' });
    expect(it.canUse('ui.toast')).toEqual({ ok: false, reason: 'unsupported', since: '1.0.0' });
    port.postMessage({ ev: 'closed', p: { reason: 'closed' } });
    await passing();
    expect(it.canUse('call')).toEqual({ ok: false, reason: 'host-gone', since: '1.0.0' });
  });
});

describe('a host that is gone', () => {
  it('fails every call at once, until ready finds a host again', async () => {
    const { city: it, port, pair } = city();
    const waiting = it.ui.confirm({ title: '?' });
    await it.ready();
    port.postMessage({ ev: 'closed', p: { reason: 'closed' } });
    await expect(waiting).rejects.toMatchObject({ code: 'HOST_GONE' });
    await expect(it.user()).rejects.toMatchObject({ code: 'HOST_GONE' });

    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    port1.onmessage = ({ data }) => port1.postMessage({ i: data.i, ok: 1, r: { sub: 'again', loa: 1 } });
    const again = { ...CONTEXT, theme: 'dark' as const };
    pair.parentView.onPost((data) => {
      const ack = { ...ackFor((data as { nonce: string }).nonce), context: again };
      pair.child.deliver(ack, pair.parentView, HOST_ORIGIN, [port2]);
    });
    await expect(it.ready()).resolves.toEqual(again);
    await expect(it.user()).resolves.toEqual({ sub: 'again', loa: 1 });
  });
});
