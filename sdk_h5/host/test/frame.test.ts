import { createCity } from '@onecity/sdk/create';
import { describe, expect, it, vi } from 'vitest';
import { CHILD_ORIGIN, HOST_ORIGIN, placeOf } from '../../sdk/test/windows.js';
import { byHand, host, passing, shakeHands } from './stage.js';

const syn = { ns: 'onecity', v: 1, t: 'syn', nonce: 'nonce-1' };

describe('the host, asked to shake hands', () => {
  it('answers the exact origin with context, capabilities, limits and one port', async () => {
    const { pair } = host();
    await expect(shakeHands(pair, 'nonce-1')).resolves.toBeInstanceOf(MessagePort);
    expect(pair.childView.posted).toEqual([
      {
        target: CHILD_ORIGIN,
        data: expect.objectContaining({
          ns: 'onecity',
          v: 1,
          t: 'ack',
          nonce: 'nonce-1',
          caps: ['token', 'user', 'ui.title', 'ui.toast', 'ui.confirm', 'ui.close', 'notify.subscribe'],
          limits: { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 },
        }),
      },
    ]);
  });

  it.each<[string, (pair: ReturnType<typeof host>['pair']) => void]>([
    ['another window at the right origin', ({ host: window }) => window.deliver(syn, {}, CHILD_ORIGIN)],
    ['nobody', ({ host: window }) => window.deliver(syn, null, CHILD_ORIGIN)],
    ['the frame at another origin', (pair) => pair.host.deliver(syn, pair.childView, 'http://queries.localhost:8000')],
    ['the frame at an origin that begins alike', (pair) => pair.host.deliver(syn, pair.childView, `${CHILD_ORIGIN}0`)],
    ['the frame at an opaque origin', (pair) => pair.host.deliver(syn, pair.childView, 'null')],
    ['its own page', (pair) => pair.host.deliver(syn, pair.host, HOST_ORIGIN)],
  ])('ignores %s', async (_, send) => {
    const onReady = vi.fn();
    const { pair } = host({ onReady });
    send(pair);
    await passing();
    expect(pair.childView.posted).toEqual([]);
    expect(onReady).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['another name space', { ...syn, ns: 'penpal' }],
    ['another version', { ...syn, v: 2 }],
    ['no nonce', { ...syn, nonce: '' }],
    ['a nonce without end', { ...syn, nonce: 'x'.repeat(65) }],
    ['a nonce that is no text', { ...syn, nonce: {} }],
    ['everything in __proto__', JSON.parse(`{"__proto__": ${JSON.stringify(syn)}}`)],
    ['a text', 'syn'],
    ['null', null],
  ])('ignores a SYN with %s', async (_, data) => {
    const { pair } = host();
    pair.host.deliver(data, pair.childView, CHILD_ORIGIN);
    await passing();
    expect(pair.childView.posted).toEqual([]);
  });

  it('ignores everything while the frame has no window', async () => {
    const { pair } = host();
    const { pair: bare } = host();
    bare.host.deliver(syn, pair.childView, CHILD_ORIGIN);
    bare.host.deliver(syn, undefined, CHILD_ORIGIN);
    await passing();
    expect(bare.childView.posted).toEqual([]);
  });

  it('answers a nonce once, however often it is replayed', async () => {
    const { pair } = host();
    await shakeHands(pair, 'nonce-1');
    for (let n = 0; n < 20; n += 1) await expect(shakeHands(pair, 'nonce-1')).resolves.toBeNull();
    expect(pair.childView.posted).toHaveLength(1);
  });

  it('starts anew for a page that loaded anew, and leaves the old port deaf', async () => {
    const [onReady, onLost] = [vi.fn(), vi.fn()];
    const { pair, port, got } = await byHand({ onReady, onLost });
    const again = createCity(placeOf(pair));
    await expect(again.user()).resolves.toMatchObject({ sub: 'mock-resident' });
    port.postMessage({ i: 'late', m: 'user' });
    await passing();
    expect(got).toEqual([{ ev: 'closed', p: { reason: 'reloaded' } }]);
    expect(onLost).toHaveBeenCalledExactlyOnceWith('reloaded');
    expect(new Set(onReady.mock.calls.map(([session]) => session)).size).toBe(2);
  });

  it('tells when the page goes away by itself, and takes the next one', async () => {
    const onLost = vi.fn();
    const { port, pair, connection } = await byHand({ onLost });
    port.close();
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledExactlyOnceWith('gone'));
    connection.emit('shown');
    await expect(createCity(placeOf(pair)).ready()).resolves.toBeDefined();
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('does not let a flood of fresh handshakes wear it out', async () => {
    const { pair } = host();
    for (let n = 0; n < 500; n += 1) pair.host.deliver({ ...syn, nonce: `nonce-${n}` }, pair.childView, CHILD_ORIGIN);
    await passing();
    expect(pair.childView.posted.length).toBeLessThanOrEqual(11);
  });

  it('hears nothing once closed', async () => {
    const { pair, connection } = host();
    connection.close();
    await expect(shakeHands(pair, 'nonce-1')).resolves.toBeNull();
  });

  it('shows a page that loads late the present, not the past', async () => {
    let elder = false;
    const { context } = (await import('../src/mock.js')).mockHost();
    const { pair } = host({ context: () => ({ ...context(), elder }) });
    elder = true;
    await expect(createCity(placeOf(pair)).ready()).resolves.toMatchObject({ elder: true });
  });
});
