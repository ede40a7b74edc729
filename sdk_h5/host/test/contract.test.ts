import { describe, expect, it, vi } from 'vitest';
import { BridgeError, type HandlerCall } from '../src/index.js';
import { mockHost } from '../src/mock.js';
import { bothSides, passing } from './stage.js';

const generous = { inFlight: 2_000, burst: 2_000, perSecond: 2_000 };

/** A handler that ends only when it is told to stop, and says that it was. */
function endless() {
  const stopped = vi.fn();
  const handler = (_: unknown, { signal }: HandlerCall): Promise<unknown> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped();
        reject(signal.reason);
      });
    });
  return { stopped, handler };
}

describe('the SDK and the host together', () => {
  it('shake hands quickly and agree on context and capabilities', async () => {
    const onReady = vi.fn();
    const { city } = bothSides({ onReady });
    const started = performance.now();
    await expect(city.ready()).resolves.toEqual(mockHost().context());
    expect(performance.now() - started).toBeLessThan(100);
    expect(city.canUse('ui.confirm')).toEqual({ ok: true, since: '1.0.0' });
    expect(onReady).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^[0-9a-f-]{36}$/));
  });

  it('carry every call of the public object', async () => {
    const mock = mockHost({ user: { loa: 3 }, confirm: false });
    const { city } = bothSides({ handlers: mock.handlers });
    await expect(city.user()).resolves.toEqual({ sub: 'mock-resident', name: '张*', phone: '138****0001', loa: 3 });
    await city.ui.title('预约');
    await city.ui.toast('好');
    await expect(city.ui.confirm({ title: '?' })).resolves.toBe(false);
    await expect(city.notify.subscribe()).resolves.toEqual({ inbox: true, push: 'unsupported' });
    await city.ui.close();
    expect(mock.calls.map(({ method }) => method)).toEqual([
      'user',
      'ui.title',
      'ui.toast',
      'ui.confirm',
      'notify.subscribe',
      'ui.close',
    ]);
  });

  it('bring a refusal to the caller as the handler put it', async () => {
    const refusal = new BridgeError('consent-needed', 'Ask first.', { retry: true, reference: 'r-9', hop: 'gateway' });
    const { city } = bothSides({ handlers: { user: () => Promise.reject(refusal) } });
    await expect(city.user()).rejects.toMatchObject({
      name: 'CityError',
      code: 'consent-needed',
      message: 'Ask first.',
      retry: true,
      reference: 'r-9',
      hop: 'gateway',
    });
  });

  it('mix up none of 1,000 calls answered in random order', async () => {
    const handlers = {
      user: async (params: unknown) => params,
      'ui.confirm': async (params: unknown) => {
        await passing(Math.random() * 200);
        return (params as { title: string }).title.endsWith('7');
      },
    };
    const { city } = bothSides({ handlers, limits: generous });
    const numbers = Array.from({ length: 1_000 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => city.ui.confirm({ title: `${n}` })));
    expect(answers).toEqual(numbers.map((n) => n % 10 === 7));
  });

  it('settle all of 1,000 calls even under the usual limits', async () => {
    const { city } = bothSides();
    const settled = await Promise.allSettled(Array.from({ length: 1_000 }, () => city.user()));
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(900);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'RATE_LIMITED', retry: true });
    expect(settled.length - refused.length).toBeGreaterThanOrEqual(32);
  });

  it('stop the handler when the caller gives up', async () => {
    const { handler, stopped } = endless();
    const { city } = bothSides({ handlers: { 'ui.confirm': handler } });
    await city.ready();
    const stop = new AbortController();
    const outcome = city.ui.confirm({ title: '?' }, { signal: stop.signal });
    await passing();
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'ABORTED' });
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledTimes(1));
  });

  it('stop the handler when the time is over', async () => {
    const { handler, stopped } = endless();
    const { city } = bothSides({ handlers: { user: handler } });
    await expect(city.user({ deadline: 30 })).rejects.toMatchObject({ code: 'TIMEOUT', retry: true });
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledTimes(1));
  });

  it('settle what is pending and stop what runs when the host closes', async () => {
    const { handler, stopped } = endless();
    const onLost = vi.fn();
    const { city, connection } = bothSides({ handlers: { 'ui.confirm': handler }, onLost });
    const outcome = city.ui.confirm({ title: '?' });
    await city.ready();
    await passing();
    connection.close();
    await expect(outcome).rejects.toMatchObject({ code: 'HOST_GONE' });
    await expect(city.user()).rejects.toMatchObject({ code: 'HOST_GONE' });
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('bring events to the page', async () => {
    const { city, connection } = bothSides();
    const heard: unknown[] = [];
    city.on('elder', (payload) => heard.push(payload));
    city.on('hidden', (payload) => heard.push(payload));
    connection.emit('elder', { on: false });
    await city.ready();
    connection.emit('elder', { on: true });
    connection.emit('hidden');
    await passing();
    expect(heard).toEqual([{ on: true }, undefined]);
    expect(city.context?.elder).toBe(true);
  });

  it('answer what cannot be copied, on either side', async () => {
    const { city } = bothSides({ handlers: { user: async () => () => 'a function' } });
    await expect(city.user()).rejects.toMatchObject({ code: 'NOT_CLONEABLE' });
    await expect(city.ui.toast((() => 1) as never)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const other = bothSides();
    await expect(other.city.ui.toast((() => 1) as never)).rejects.toMatchObject({ code: 'NOT_CLONEABLE' });
  });
});
