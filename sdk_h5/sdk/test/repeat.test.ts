import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallInit } from '../src/call.js';
import { CityError } from '../src/errors.js';
import type { QueuedCall } from '../src/wire.js';
import { door } from './door.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const busy = (headers: HeadersInit = {}): Response => new Response(null, { status: 503, headers });
const dead = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

/** Runs to the end whatever waits, and gives what came of it. */
async function ending<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  await vi.advanceTimersByTimeAsync(60_000);
  return work;
}

describe('a key', () => {
  it('goes out as the Idempotency-Key, a new one when it is true, none when it is not asked for', async () => {
    const { call, requests } = door(() => new Response());
    await call('appointments', '/holds', { json: {}, key: 'mine' });
    await call('appointments', '/holds', { json: {}, key: true });
    await call('appointments', '/holds', { json: {} });
    await call('appointments', '/holds', { json: {}, key: true, headers: { 'Idempotency-Key': 'given' } });
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual([
      'mine',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      null,
      'given',
    ]);
  });
});

describe('while the network is thin', () => {
  it.each<[string, CallInit]>([
    ['reads', {}],
    ['calls with a key', { json: { slot: 1 }, key: 'k' }],
    ['calls with a key of their own header', { json: { slot: 1 }, headers: { 'Idempotency-Key': 'k' } }],
  ])('%s are repeated three times, with the same key and body', async (_, init) => {
    const { call, requests } = door((_request, nth) => (nth === 1 ? dead() : nth < 4 ? busy() : new Response('fine')));
    const response = await ending(call('appointments', '/holds', init));
    expect(await response.text()).toBe('fine');
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(new Set(await Promise.all(requests.map((request) => request.text()))).size).toBe(1);
  });

  it('pauses grow: 0.4 s, 1 s and 2.5 s, give or take a half', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const at: number[] = [];
    const { call } = door(() => {
      at.push(Date.now());
      return busy();
    });
    await expect(ending(call('appointments', '/sites'))).rejects.toMatchObject({ status: 503, retry: true });
    expect(at.slice(1).map((time, n) => time - (at[n] as number))).toEqual([400, 1_000, 2_500]);
  });

  it.each<[string, CallInit, () => Response | Promise<Response>]>([
    ['a write without a key', { json: {} }, busy],
    ['a write without a key that got no answer', { json: {} }, dead],
    ['a final refusal', {}, () => new Response(null, { status: 500 })],
    ['a conflict', { key: 'k', json: {} }, () => new Response(null, { status: 409 })],
  ])('%s is not repeated', async (_, init, answer) => {
    const { call, requests } = door(answer);
    await expect(ending(call('appointments', '/holds', init))).rejects.toBeInstanceOf(CityError);
    expect(requests).toHaveLength(1);
  });

  it('a stream is not repeated, and its refusal is what the gateway said', async () => {
    const { call, requests } = door(() => busy());
    const init = { method: 'PUT', key: 'k', body: new Blob(['x']).stream(), duplex: 'half' };
    await expect(ending(call('appointments', '/files', init))).rejects.toMatchObject({ status: 503 });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['2', 2_000],
    [new Date(Date.parse('2026-11-26T08:00:05Z')).toUTCString(), 5_000],
  ])('Retry-After: %s is honoured', async (after, pause) => {
    vi.setSystemTime('2026-11-26T08:00:00Z');
    const at: number[] = [];
    const { call } = door((_, nth) => {
      at.push(Date.now());
      return nth === 1 ? busy({ 'retry-after': after }) : new Response();
    });
    await ending(call('appointments', '/sites'));
    expect(at.map((time) => time - (at[0] as number))).toEqual([0, pause]);
  });

  it('a pause beyond the deadline is not waited for: the refusal comes at once, and says how long', async () => {
    const { call } = door(() => busy({ 'retry-after': '60' }));
    await expect(call('appointments', '/sites')).rejects.toMatchObject({ status: 503, retryAfter: 60 });
  });

  it('nothing is repeated for a caller who gave up meanwhile', async () => {
    const { call, requests } = door(() => busy());
    const stop = new AbortController();
    const outcome = expect(call('appointments', '/sites', { signal: stop.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await outcome;
    const made = requests.filter(({ signal }) => !signal.aborted);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests.filter(({ signal }) => !signal.aborted)).toEqual(made);
  });

  it('nothing is repeated while the device is offline', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { call, requests } = door(dead);
    await expect(call('appointments', '/sites')).rejects.toMatchObject({ code: 'NETWORK' });
    expect(requests).toHaveLength(1);
  });
});

describe('a write that may wait', () => {
  const queued = (kept: QueuedCall[]) => async (call: QueuedCall) => {
    kept.push(call);
    return { id: 'q-1', key: call.key, title: call.title, state: 'queued' as const, at: '2026-11-26T08:00:00+08:00' };
  };

  it('is handed to the app when the network fails, and rejects with where it is', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const kept: QueuedCall[] = [];
    const { call } = door(dead, queued(kept));
    const init = { json: { slot: 's1' }, key: 'k-1', queue: { title: '提交申请' } };
    await expect(call('appointments', '/holds', init)).rejects.toMatchObject({ code: 'QUEUED', reference: 'q-1' });
    expect(kept).toEqual([
      {
        upstream: 'appointments',
        path: '/holds',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1' },
        body: '{"slot":"s1"}',
        key: 'k-1',
        title: '提交申请',
      },
    ]);
  });

  it('has a key without asking for one, and is repeated before it waits', async () => {
    const kept: QueuedCall[] = [];
    const { call, requests } = door(dead, queued(kept));
    const outcome = ending(call('appointments', '/holds', { method: 'DELETE', queue: { title: 'x' } }));
    await expect(outcome).rejects.toMatchObject({ code: 'QUEUED' });
    expect(requests).toHaveLength(4);
    expect(kept).toMatchObject([{ method: 'DELETE', body: null, key: requests[0]?.headers.get('idempotency-key') }]);
  });

  it.each<[string, CallInit, () => Response | Promise<Response>, string]>([
    ['was refused', { json: {}, queue: { title: 'x' } }, () => new Response(null, { status: 409 }), 'http-409'],
    ['is no text', { method: 'PUT', body: new Blob(['x']), queue: { title: 'x' } }, dead, 'NETWORK'],
    ['was not to wait', { json: {}, key: true }, dead, 'NETWORK'],
  ])('is not kept when it %s', async (_, init, answer, code) => {
    const keep = vi.fn(queued([]));
    const { call } = door(answer, keep);
    await expect(ending(call('appointments', '/holds', init))).rejects.toMatchObject({ code });
    expect(keep).not.toHaveBeenCalled();
  });

  it('fails as it would have when the app has no queue', async () => {
    const { call } = door(dead);
    const outcome = ending(call('appointments', '/holds', { json: {}, queue: { title: 'x' } }));
    await expect(outcome).rejects.toMatchObject({ code: 'NETWORK', retry: true });
  });

  it('is not kept for a caller who gave up', async () => {
    const keep = vi.fn(queued([]));
    const { call } = door(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
        }),
      keep,
    );
    const outcome = ending(call('appointments', '/holds', { json: {}, deadline: 100, queue: { title: 'x' } }));
    await expect(outcome).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(keep).not.toHaveBeenCalled();
  });
});
