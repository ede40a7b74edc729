import { describe, expect, it, vi } from 'vitest';
import { carry } from '../src/carrier.js';
import type { QueuedCall } from '../src/wire.js';
import { ackFor } from './acks.js';
import { HOST_ORIGIN, placeOf, windowPair } from './windows.js';

const CAPS = ['token', 'queue.next', 'queue.settle'];

function queued(id: string): QueuedCall & { id: string } {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `key-${id}` };
  const more = { path: `/holds/${id}`, method: 'POST', body: `{"id":"${id}"}`, key: `key-${id}`, title: '提交申请' };
  return { id, upstream: 'appointments', headers, ...more };
}

/** Runs the carrier against an app with these calls in its queue, and a network that answers each with its status. */
async function carrying(statuses: Record<string, number>) {
  const waiting = Object.keys(statuses).map(queued);
  const [settled, sent] = [[] as unknown[], [] as Request[]];
  const pair = windowPair();
  const { port1, port2 } = new MessageChannel();
  const answers: Record<string, (p: unknown) => unknown> = {
    token: () => ({ token: 't', expires_in: 300 }),
    'queue.next': () => waiting.shift() ?? null,
    'queue.settle': (p) => void settled.push(p),
  };
  port1.onmessage = ({ data: { i, m, p } }) => port1.postMessage({ i, ok: 1, r: answers[m]?.(p) });
  pair.parentView.onPost((data) => {
    pair.child.deliver(ackFor((data as { nonce: string }).nonce, CAPS), pair.parentView, HOST_ORIGIN, [port2]);
  });
  const fetch = async (request: Request): Promise<Response> => {
    sent.push(request);
    const status = statuses[request.url.slice(-1)] ?? 0;
    if (status === 0) throw new TypeError('Failed to fetch');
    return new Response(null, { status, headers: { 'retry-after': '60' } });
  };
  await carry(placeOf(pair, { fetch }));
  port1.close();
  return { settled, sent, waiting };
}

describe('the carrier of calls that had waited', () => {
  it('sends one after the other, as they were, each with its own key, and says what came of it', async () => {
    const { settled, sent } = await carrying({ a: 201, b: 200 });
    expect(settled).toEqual([
      { id: 'a', status: 201 },
      { id: 'b', status: 200 },
    ]);
    expect(sent.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ['POST', '/svc/appointments/holds/a'],
      ['POST', '/svc/appointments/holds/b'],
    ]);
    expect(sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['key-a', 'key-b']);
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer t');
    await expect(sent[0]?.json()).resolves.toEqual({ id: 'a' });
  });

  it('tells a refusal that is final from one that is not, and goes on with the next', async () => {
    const { settled } = await carrying({ a: 409, b: 503, c: 204 });
    expect(settled).toEqual([
      { id: 'a', status: 409, retry: false, code: 'http-409', message: 'Status 409.' },
      { id: 'b', status: 503, retry: true, code: 'http-503', message: 'Status 503.' },
      { id: 'c', status: 204 },
    ]);
  });

  it('stops when there is no network after all', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { settled, waiting } = await carrying({ a: 0, b: 200 });
    vi.unstubAllGlobals();
    expect(settled).toMatchObject([{ id: 'a', status: 0, retry: true, code: 'NETWORK' }]);
    expect(waiting.map(({ id }) => id)).toEqual(['b']);
  });

  it('ends at once when nothing waits', async () => {
    const { settled, sent } = await carrying({});
    expect([settled, sent]).toEqual([[], []]);
  });
});
