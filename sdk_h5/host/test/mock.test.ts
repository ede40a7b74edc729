import { describe, expect, it, vi } from 'vitest';
import { readFailing } from '../laptop/failing.js';
import { BridgeError } from '../src/index.js';
import { type MockOverrides, mockHost, RESIDENTS } from '../src/mock.js';
import { WAITS_FOR } from '../src/prompts.js';
import { bothSides } from './stage.js';

/** Asks the mock as a host would. */
function asking(wishes: MockOverrides = {}) {
  const { handlers, calls } = mockHost(wishes);
  const ask = (method: string, params?: unknown): Promise<unknown> => {
    const handler = handlers[method];
    if (!handler) throw new Error(`The mock lacks ${method}.`);
    return handler(params, { signal: new AbortController().signal, part: () => {} });
  };
  return { ask, calls };
}

const call = { upstream: 'appointments', path: '/holds', method: 'POST', headers: {}, body: '{}', title: '提交' };

describe('the mock host', () => {
  it('answers every method of the wire, and no other', () => {
    expect(Object.keys(mockHost().handlers).sort()).toEqual(Object.keys(WAITS_FOR).sort());
  });

  it('gives a made-up resident and context, each overridable in part', async () => {
    const { context } = mockHost({ context: { locale: 'en', elder: true } });
    expect(context()).toMatchObject({ locale: 'en', elder: true, theme: 'light', host: { name: 'mock' } });
    const { city } = bothSides({ handlers: mockHost({ user: { name: '李*' } }).handlers });
    await expect(city.user()).resolves.toEqual({ ...RESIDENTS.usual, name: '李*' });
  });

  it('has residents who differ in what a page must cope with', async () => {
    for (const [name, resident] of Object.entries(RESIDENTS)) {
      await expect(asking({ resident: name as never }).ask('user')).resolves.toEqual(resident);
    }
  });

  it('remembers what the page asked', async () => {
    const { ask, calls } = asking();
    await ask('ui.toast', { text: '好' });
    expect(calls).toEqual([{ method: 'ui.toast', params: { text: '好' } }]);
  });

  it('gives tokens that are new each time and open nothing', async () => {
    const { ask } = asking();
    expect(await ask('token')).not.toEqual(await ask('token'));
    expect(await ask('identity')).toEqual({ token: expect.stringMatching(/^mock-identity-/), expires_in: 60 });
  });

  it.each<[string, unknown, unknown]>([
    ['ui.title', { text: 'x' }, undefined],
    ['ui.confirm', { title: '?' }, true],
    ['ui.sheet', { actions: [{ id: 'a', label: 'A' }] }, 'a'],
    ['ui.loading', { on: true }, undefined],
    ['ui.back', { on: true }, undefined],
    ['ui.close', undefined, undefined],
    ['share', { title: 'x' }, { shared: true }],
    ['scan', undefined, { text: expect.stringMatching(/^https:/) }],
    ['phone', { number: '12345' }, { called: true }],
    ['open', { service: 'licences' }, undefined],
    ['intent.finish', { result: 1 }, undefined],
    ['notify.subscribe', {}, { inbox: true, push: 'unsupported' }],
    ['consent.request', { scopes: ['profile:name:read'] }, { granted: ['profile:name:read'] }],
    ['consent.revoke', undefined, undefined],
    ['rate', { event: 'e' }, { grade: 5 }],
  ])('answers %s as a resident who agrees would', async (method, params, answer) => {
    await expect(asking().ask(method, params)).resolves.toEqual(answer);
  });

  it.each<[string, unknown, MockOverrides, unknown]>([
    ['ui.confirm', { title: '?' }, { confirm: false }, false],
    ['ui.sheet', { actions: [{ id: 'a', label: 'A' }] }, { sheet: null }, null],
    ['scan', undefined, { scanned: null }, null],
    ['scan', undefined, { scanned: 'x' }, { text: 'x' }],
    ['rate', { event: 'e' }, { grade: null }, null],
    ['consent.request', { scopes: ['a:b:c', 'a:b:d'] }, { refusedScopes: ['a:b:c'] }, { granted: ['a:b:d'] }],
    ['intent', { name: 'pay', payload: 1 }, { intents: { pay: () => null } }, null],
  ])('answers %s as a resident who does not, when told so', async (method, params, wishes, answer) => {
    await expect(asking(wishes).ask(method, params)).resolves.toEqual(answer);
  });

  it('is in the middle of Shanghai, more exactly when asked', async () => {
    const { ask } = asking({ position: { latitude: 1 } });
    expect(await ask('location', {})).toMatchObject({ latitude: 1, longitude: 121.4726, accuracy: 35 });
    expect(await ask('location', { precise: true })).toMatchObject({ accuracy: 8, at: expect.stringMatching(/Z$/) });
  });

  it.each(['pay', 'showLicence', 'sign'])('answers the intent %s as another service would', async (name) => {
    const answer = { intent: expect.any(String), provider: 'mock-provider', token: expect.stringMatching(/^mock-/) };
    await expect(asking().ask('intent', { name, payload: {} })).resolves.toMatchObject(answer);
  });

  it('knows no service for any other intent, not even one that every object has', async () => {
    for (const name of ['dance', 'toString']) {
      await expect(asking().ask('intent', { name, payload: {} })).rejects.toMatchObject({ code: 'no-provider' });
    }
  });

  it('keeps values until they are removed', async () => {
    const { ask } = asking();
    expect(await ask('storage.get', { key: 'a' })).toBeNull();
    await ask('storage.set', { key: 'b', value: { x: [1] } });
    await ask('storage.set', { key: 'a', value: 0 });
    expect(await ask('storage.get', { key: 'b' })).toEqual({ x: [1] });
    expect(await ask('storage.keys')).toEqual(['a', 'b']);
    await ask('storage.set', { key: 'b', value: null });
    expect(await ask('storage.keys')).toEqual(['a']);
  });

  it('keeps no more than its quota, of which replacing takes nothing', async () => {
    const { ask } = asking({ quota: 20 });
    await ask('storage.set', { key: 'k', value: '0123456789' });
    await ask('storage.set', { key: 'k', value: '9876543210' });
    await expect(ask('storage.set', { key: 'm', value: '012345' })).rejects.toMatchObject({ code: 'storage-full' });
    expect(await ask('storage.keys')).toEqual(['k']);
  });

  it('queues writes, gives them to the carrier in turn, and tells what became of them', async () => {
    const onQueue = vi.fn();
    const { ask } = asking({ onQueue });
    const { id } = (await ask('queue.add', { ...call, key: 'k-1' })) as { id: string };
    await ask('queue.add', { ...call, key: 'k-2' });
    expect(await ask('queue.add', { ...call, key: 'k-1' })).toMatchObject({ id, state: 'queued' });
    expect(await ask('queue.next')).toMatchObject({ id, key: 'k-1', upstream: 'appointments', body: '{}' });
    await ask('queue.settle', { id, status: 503 });
    expect(await ask('queue.next')).toMatchObject({ id });
    await ask('queue.settle', { id, status: 201 });
    const next = (await ask('queue.next')) as { id: string };
    await ask('queue.settle', { id: next.id, status: 409, retry: false });
    expect(await ask('queue.next')).toBeNull();
    const states = (await ask('queue.list')) as { state: string; status: number }[];
    expect(states.map(({ state, status }) => [state, status])).toEqual([
      ['sent', 201],
      ['refused', 409],
    ]);
    expect(onQueue.mock.calls.map(([{ state }]) => state)).toEqual(['queued', 'queued', 'sent', 'refused']);
    await expect(ask('queue.settle', { id: 'x', status: 200 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('fails on demand, and as long as it is told to', async () => {
    const wishes: MockOverrides = { fail: { token: 'level-too-low' } };
    const { ask } = asking(wishes);
    await expect(ask('token')).rejects.toMatchObject({ code: 'level-too-low', reference: 'mock-reference' });
    await expect(ask('user')).resolves.toBeDefined();
    wishes.fail = {};
    await expect(ask('token')).resolves.toBeDefined();
  });

  it('takes handlers of its user’s own', async () => {
    const token = () => Promise.reject(new BridgeError('consent-needed', 'Ask.', { hop: 'gateway' }));
    await expect(asking({ handlers: { token } }).ask('token')).rejects.toMatchObject({ hop: 'gateway' });
  });

  it('is as slow as it is told to be, and stops waiting with its caller', async () => {
    const { city } = bothSides({ handlers: mockHost({ delay: 60 }).handlers });
    await city.ready();
    const started = performance.now();
    await city.user();
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
    await expect(city.user({ deadline: 10 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('the laptop page', () => {
  it.each([
    ['', {}],
    [' , ', {}],
    ['token level-too-low, scan', { token: 'level-too-low', scan: 'INTERNAL' }],
  ])('reads the failing methods of %j', (text, failing) => {
    expect(readFailing(text)).toEqual(failing);
  });
});
