import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCity } from '../src/create.js';
import { newIdentifier } from '../src/identifier.js';
import { browser } from '../src/place.js';
import { windows } from '../src/windows.js';

const opened = vi.hoisted(() => ({ open: vi.fn() }));
vi.mock('../src/onecity-outside.js', () => opened);

afterEach(() => {
  vi.unstubAllGlobals();
  opened.open.mockReset();
});

/** A page that nothing frames, with this in its `<meta name="onecity-outside">`, if anything. */
function onItsOwn(wish?: string, others: Record<string, unknown> = {}): void {
  const page = {
    document: { querySelector: () => (wish === undefined ? null : { content: wish }), readyState: 'loading' },
    ...others,
  };
  for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
}

/** An adapter that answers these methods with their own name. */
function adapter(...caps: string[]) {
  return async () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { i, m } }) => port1.postMessage({ i, ok: 1, r: m });
    const context = { service: { id: 'x' }, launch: { path: '/' }, elder: false };
    return { ack: { caps, context, limits: { inFlight: 32 } }, port: port2 };
  };
}

describe('where the SDK runs', () => {
  it('has the parent of a frame for its host', () => {
    const parent = { postMessage: () => {} };
    vi.stubGlobal('parent', parent);
    vi.stubGlobal('location', { origin: 'http://appointments.localhost:8000' });
    expect(browser().parent).toBe(parent);
    expect(browser().origin).toBe('http://appointments.localhost:8000');
    expect(windows().self).toBe(globalThis);
  });

  it('has no host in a window of its own, nor without a window', () => {
    vi.stubGlobal('parent', globalThis);
    expect(browser().parent).toBeNull();
    vi.unstubAllGlobals();
    expect(browser().parent).toBeUndefined();
  });

  it('fetches by the fetch of the page, as it is at that time', async () => {
    const place = browser();
    const fetch = vi.fn(async () => new Response('fine'));
    vi.stubGlobal('fetch', fetch);
    const request = new Request('http://appointments.localhost:8000/svc/appointments/sites');
    await expect(place.fetch(request)).resolves.toBeInstanceOf(Response);
    expect(fetch).toHaveBeenCalledExactlyOnceWith(request);
  });
});

describe('outside the app', () => {
  it('says at once that it is, and loads nothing for that', async () => {
    onItsOwn();
    const city = createCity(browser());
    const started = performance.now();
    await expect(city.ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(city.user()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(city.call('appointments', '/sites')).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    expect(performance.now() - started).toBeLessThan(300);
    expect(city.canUse('user')).toEqual({ ok: false, reason: 'not-in-host', since: '1.0.0' });
    expect(opened.open).not.toHaveBeenCalled();
  });

  it('does what needs no resident by the adapter, which it opens once', async () => {
    onItsOwn();
    opened.open.mockImplementation(adapter('share', 'ui.toast'));
    const city = createCity(browser());
    expect(city.canUse('share')).toEqual({ ok: true, since: '1.1.0' });
    await expect(city.share({ title: 'x' })).resolves.toBe('share');
    await expect(city.phone('12345')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(city.canUse('phone')).toEqual({ ok: false, reason: 'unsupported', since: '1.1.0' });
    expect(city.canUse('user')).toMatchObject({ reason: 'not-in-host' });
    await expect(city.ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    expect(opened.open).toHaveBeenCalledTimes(1);
  });

  it.each<[string, string | undefined, Record<string, unknown>]>([
    ['the page says so', 'sign-in', {}],
    ['an iOS app has a handler', undefined, { webkit: { messageHandlers: { onecity: {} } } }],
    ['an Android app has injected its door', undefined, { onecityNative: {} }],
  ])('is everything to the adapter where %s', async (_, wish, others) => {
    onItsOwn(wish, others);
    opened.open.mockImplementation(adapter('identity'));
    const city = createCity(browser());
    expect(city.canUse('token')).toMatchObject({ reason: 'not-ready' });
    await expect(city.ready()).resolves.toMatchObject({ service: { id: 'x' } });
    expect(city.canUse('token')).toEqual({ ok: true, since: '1.1.0' });
  });

  it('asks no adapter where the page wants none, even in an app', async () => {
    onItsOwn('none', { onecityNative: {} });
    const city = createCity(browser());
    await expect(city.ui.toast('x')).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    expect(city.canUse('ui.toast')).toMatchObject({ reason: 'not-in-host' });
    expect(opened.open).not.toHaveBeenCalled();
  });

  it('is NOT_IN_HOST, with the cause, when the adapter cannot be had', async () => {
    onItsOwn();
    const cause = new TypeError('Failed to fetch dynamically imported module');
    opened.open.mockRejectedValue(cause);
    await expect(createCity(browser()).ui.toast('x')).rejects.toMatchObject({ code: 'NOT_IN_HOST', cause });
  });

  it('is NOT_IN_HOST when the adapter says nothing for three seconds', async () => {
    vi.useFakeTimers();
    onItsOwn('sign-in');
    opened.open.mockReturnValue(new Promise(() => {}));
    const outcome = expect(createCity(browser()).ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    await outcome;
  });
});

describe('an identifier', () => {
  it('comes from a cryptographic source also where there is no randomUUID', () => {
    const values = vi.fn((array: Uint32Array) => array.fill(7));
    vi.stubGlobal('crypto', { getRandomValues: values });
    expect(newIdentifier()).toBe('7,7,7,7');
    expect(values).toHaveBeenCalledTimes(1);
  });
});
