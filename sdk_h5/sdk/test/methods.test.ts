import { afterEach, describe, expect, it, vi } from 'vitest';
import type { City } from '../src/city.js';
import { METHODS, rowOf } from '../src/methods.js';
import { type Asked, passing, scriptedCity } from './scripted.js';

const ports: MessagePort[] = [];
const WIRE = [...new Set(Object.keys(METHODS).map((name) => rowOf(name)?.wire ?? ''))].filter(Boolean);

/** A city whose host offers everything and answers each method with what `answers` has for it, or nothing. */
function city(answers: Record<string, unknown> = {}, caps: readonly string[] = WIRE) {
  const stage = scriptedCity({}, caps);
  ports.push(stage.port);
  stage.script.onAsk = ({ i, m = '' }: Asked) => stage.port.postMessage({ i, ok: 1, r: answers[m] });
  return stage;
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  vi.unstubAllGlobals();
});

const SIGNED = { intent: 'i-1', provider: 'licences', result: { ok: true }, token: 'jws' };

describe('every method', () => {
  it.each<[string, (it: City) => Promise<unknown>, string, unknown, unknown]>([
    ['token', (it) => it.token(), 'identity', undefined, { token: 't', expires_in: 60 }],
    ['storage.get', (it) => it.storage.get('k'), 'storage.get', { key: 'k' }, { any: ['json'] }],
    ['storage.set', (it) => it.storage.set('k', [1]), 'storage.set', { key: 'k', value: [1] }, undefined],
    ['storage.remove', (it) => it.storage.remove('k'), 'storage.set', { key: 'k', value: null }, undefined],
    ['storage.keys', (it) => it.storage.keys(), 'storage.keys', undefined, ['k']],
    [
      'ui.sheet',
      (it) => it.ui.sheet({ actions: [{ id: 'a', label: 'A' }] }),
      'ui.sheet',
      { actions: [{ id: 'a', label: 'A' }] },
      'a',
    ],
    ['ui.loading', (it) => it.ui.loading(true, '正在提交'), 'ui.loading', { on: true, text: '正在提交' }, undefined],
    ['share', (it) => it.share({ title: 'T', path: '/a' }), 'share', { title: 'T', path: '/a' }, { shared: true }],
    ['scan', (it) => it.scan(), 'scan', undefined, { text: 'QR' }],
    [
      'location',
      (it) => it.location({ precise: true }),
      'location',
      { precise: true },
      { latitude: 31.2, longitude: 121.5 },
    ],
    ['location without a wish', (it) => it.location(), 'location', {}, { latitude: 31.2, longitude: 121.5 }],
    ['phone', (it) => it.phone('12345'), 'phone', { number: '12345' }, { called: true }],
    ['open', (it) => it.open('queries', '/records'), 'open', { service: 'queries', path: '/records' }, undefined],
    [
      'intents.request',
      (it) => it.intents.request('book', { a: 1 }),
      'intent',
      { name: 'book', payload: { a: 1 } },
      SIGNED,
    ],
    ['intents.pay', (it) => it.intents.pay({ fen: 100 }), 'intent', { name: 'pay', payload: { fen: 100 } }, SIGNED],
    ['intents.showLicence', (it) => it.intents.showLicence({}), 'intent', { name: 'showLicence', payload: {} }, SIGNED],
    ['intents.sign', (it) => it.intents.sign({ text: 'x' }), 'intent', { name: 'sign', payload: { text: 'x' } }, null],
    ['intents.finish', (it) => it.intents.finish({ done: 1 }), 'intent.finish', { result: { done: 1 } }, undefined],
    [
      'consent.request',
      (it) => it.consent.request(['phone']),
      'consent.request',
      { scopes: ['phone'] },
      { granted: ['phone'] },
    ],
    ['consent.revoke', (it) => it.consent.revoke(), 'consent.revoke', undefined, undefined],
    ['rate', (it) => it.rate({ event: 'e-1' }), 'rate', { event: 'e-1' }, { grade: 5 }],
    ['queue.list', (it) => it.queue.list(), 'queue.list', undefined, []],
  ])('%s goes to its method of the wire and brings its answer', async (_, ask, wire, params, answer) => {
    const { city: it, asked } = city({ [wire]: answer });
    await expect(ask(it)).resolves.toEqual(answer);
    expect(asked.map(({ m, p }) => [m, p])).toEqual([[wire, params]]);
  });

  it('takes bounds as its last argument', async () => {
    const { city: it, script } = city();
    script.onAsk = () => {};
    await expect(it.open('queries', undefined, { deadline: 20 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(it.scan({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(it.intents.pay({}, { deadline: 20 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('that waits for a person tells the host of no deadline, every other one of its own', async () => {
    const { city: it, seen } = observed();
    await it.ready();
    it.scan().catch(() => {});
    it.ui.toast('x', { deadline: undefined }).catch(() => {});
    it.storage.keys().catch(() => {});
    await passing();
    expect(seen.map(({ d }) => (d === undefined ? undefined : Math.ceil(Number(d) / 1_000)))).toEqual([
      undefined,
      5,
      30,
    ]);
  });

  it('is known to canUse, with the release that brought it', async () => {
    const { city: it } = city();
    await it.ready();
    for (const name of Object.keys(METHODS)) expect(it.canUse(name)).toEqual({ ok: true, since: rowOf(name)?.since });
    expect(new Set(Object.keys(METHODS).map((name) => it.canUse(name).since))).toEqual(new Set(['1.0.0', '1.1.0']));
  });

  it('is a function of the public object, or what the app alone calls', () => {
    const { city: it } = city();
    for (const name of Object.keys(METHODS)) {
      const found = name.split('.').reduce((at: unknown, key) => (at as Record<string, unknown>)[key], it);
      expect(found).toBeTypeOf('function');
    }
  });

  it('brings BAD_REPLY rather than a token nobody can read', async () => {
    const { city: it } = city({ identity: { token: 5 } });
    await expect(it.token()).rejects.toMatchObject({ code: 'BAD_REPLY' });
  });
});

/** A city whose messages are seen whole. */
function observed() {
  const stage = city();
  const seen: Record<string, unknown>[] = [];
  stage.port.onmessage = ({ data }) => seen.push(data);
  return { ...stage, seen };
}

describe('the back button', () => {
  it('is asked for by the first listener, given back by the last, and tells all of them', async () => {
    const { city: it, asked, port } = city();
    const [one, two] = [vi.fn(), vi.fn()];
    const [stopOne, stopTwo] = [it.ui.back(one), it.ui.back(two)];
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    port.postMessage({ ev: 'back', p: undefined });
    await vi.waitFor(() => expect(two).toHaveBeenCalledTimes(1));
    stopOne();
    stopOne();
    await passing();
    expect(asked.map(({ p }) => p)).toEqual([{ on: true }]);
    stopTwo();
    await vi.waitFor(() => expect(asked.map(({ p }) => p)).toEqual([{ on: true }, { on: false }]));
    expect(one).toHaveBeenCalledTimes(1);
  });

  it('throws nothing where the app has none', async () => {
    const { city: it } = city({}, ['token']);
    it.ui.back(() => {})();
    await passing();
    expect(it.canUse('ui.back')).toEqual({ ok: false, reason: 'unsupported', since: '1.1.0' });
  });
});

describe('files', () => {
  /** A page whose file dialog the test answers. */
  function dialog() {
    const input: Record<string, unknown> & { onchange?: () => void; oncancel?: () => void } = { click: vi.fn() };
    vi.stubGlobal('document', { createElement: () => input, readyState: 'loading' });
    return input;
  }

  it('are those the resident picks, of the kind that was asked for', async () => {
    const input = dialog();
    const picking = city().city.pickFile({ accept: '.pdf', multiple: true });
    expect(input).toMatchObject({ type: 'file', accept: '.pdf', multiple: true });
    expect(input.click).toHaveBeenCalledTimes(1);
    input.files = [new File(['x'], 'a.pdf')];
    input.onchange?.();
    await expect(picking).resolves.toMatchObject([{ name: 'a.pdf' }]);
  });

  it('are none, and a photo is null, when the resident thinks better of it', async () => {
    const input = dialog();
    const it = city().city;
    const picking = it.pickFile();
    input.oncancel?.();
    await expect(picking).resolves.toEqual([]);
    const taking = it.takePhoto();
    expect(input).toMatchObject({ accept: 'image/*', capture: 'environment' });
    input.oncancel?.();
    await expect(taking).resolves.toBeNull();
  });

  it('are given up with the signal', async () => {
    dialog();
    await expect(city().city.pickFile({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
