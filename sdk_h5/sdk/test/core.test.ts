import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCore } from '../src/core.js';
import { city as imported } from '../src/onecity-core.js';
import { ownText } from '../src/shape.js';
import { ackFor, CONTEXT } from './acks.js';
import { passing } from './scripted.js';
import { HOST_ORIGIN, placeOf, windowPair } from './windows.js';

const ports: MessagePort[] = [];

/** The bridge alone, with a host that echoes what it is asked. */
function core() {
  const pair = windowPair();
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  port1.onmessage = ({ data: { i, m, p } }) => m && port1.postMessage({ i, ok: 1, r: { m, p } });
  pair.parentView.onPost((data) => {
    const ack = ackFor(ownText(data, 'nonce') ?? '', ['user', 'storage.get']);
    pair.child.deliver(ack, pair.parentView, HOST_ORIGIN, [port2]);
  });
  return { city: createCore(placeOf(pair)), port: port1 };
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('the bridge alone', () => {
  it('asks for any method of the wire and gives the answer as it came', async () => {
    const { city } = core();
    await expect(city.request('storage.get', { key: 'k' })).resolves.toEqual({ m: 'storage.get', p: { key: 'k' } });
    await expect(city.request('scan')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(city.context).toEqual(CONTEXT);
  });

  it('tells what the app answers, and never throws', async () => {
    const { city, port } = core();
    expect(city.canUse('user')).toEqual({ ok: false, reason: 'not-ready' });
    await expect(city.ready()).resolves.toEqual(CONTEXT);
    expect(city.canUse('user')).toEqual({ ok: true });
    for (const odd of ['scan', undefined, null, Symbol('x'), {}, 1n]) {
      expect(city.canUse(odd)).toEqual({ ok: false, reason: 'unsupported' });
    }
    port.postMessage({ ev: 'closed', p: {} });
    await passing();
    expect(city.canUse('user')).toEqual({ ok: false, reason: 'host-gone' });
    await expect(city.request('user')).rejects.toMatchObject({ code: 'HOST_GONE' });
  });

  it('waits thirty seconds at most unless told otherwise', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { city, port } = core();
    await vi.advanceTimersByTimeAsync(100);
    await city.ready();
    port.onmessage = () => {};
    const outcome = expect(city.request('user')).rejects.toMatchObject({ code: 'TIMEOUT', retry: true });
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await outcome;
  });

  it('keeps the context up to date and passes on every event', async () => {
    const { city, port } = core();
    const heard = vi.fn();
    city.on('theme', heard);
    await city.ready();
    port.postMessage({ ev: 'theme', p: { mode: 'dark' } });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ mode: 'dark' }));
    expect(city.context?.theme).toBe('dark');
  });

  it('is nowhere outside the app, at once', async () => {
    const started = performance.now();
    await expect(imported.ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(imported.request('user')).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    expect(imported.canUse('user')).toEqual({ ok: false, reason: 'not-in-host' });
    expect(performance.now() - started).toBeLessThan(300);
  });
});
