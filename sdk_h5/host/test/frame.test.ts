import { describe, expect, it, vi } from 'vitest';
import { CHILD_ORIGIN, HOST_ORIGIN } from '../../sdk/test/windows.js';
import { byHand, host, passing, shakeHands } from './stage.js';

const syn = { ns: 'onecity', v: 1, t: 'syn', nonce: 'nonce-1' };

/** What the contract (host/contract/) cannot see: where exactly the host posts, and windows no browser gives it. */
describe('the host, asked to shake hands', () => {
  it('answers the exact origin with context, capabilities, limits and one port', async () => {
    const { pair } = host();
    await expect(shakeHands(pair, 'nonce-1')).resolves.toBeInstanceOf(MessagePort);
    expect(pair.childView.posted).toEqual([
      {
        target: CHILD_ORIGIN,
        data: expect.objectContaining({ ns: 'onecity', v: 1, t: 'ack', nonce: 'nonce-1' }),
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
  ])('posts nothing for %s', async (_, send) => {
    const onReady = vi.fn();
    const { pair } = host({ onReady });
    send(pair);
    await passing();
    expect(pair.childView.posted).toEqual([]);
    expect(onReady).not.toHaveBeenCalled();
  });

  it('posts nothing while the frame has no window', async () => {
    const { pair } = host();
    const { pair: bare } = host();
    bare.host.deliver(syn, pair.childView, CHILD_ORIGIN);
    bare.host.deliver(syn, undefined, CHILD_ORIGIN);
    await passing();
    expect(bare.childView.posted).toEqual([]);
  });

  it('says in the console why it did not answer, unless somebody else listens', async () => {
    const written = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { pair } = host({ onRefused: undefined as never });
    pair.host.deliver(syn, pair.childView, 'http://elsewhere.localhost');
    expect(written.mock.calls).toEqual([[expect.stringMatching(/^A page from http:\/\/elsewhere\.localhost asked/)]]);
    written.mockRestore();
  });
});

describe('the conversation', () => {
  it('ends when the port closes by itself', async () => {
    const onLost = vi.fn();
    const { port, connection } = await byHand({ onLost });
    port.close();
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledExactlyOnceWith('gone'));
    connection.emit('shown');
    connection.close();
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('ends at the second load after a greeting that came before the first', async () => {
    const onLost = vi.fn();
    const { frame, got } = await byHand({ onLost });
    frame.dispatchEvent(new Event('load'));
    expect(onLost).not.toHaveBeenCalled();
    frame.dispatchEvent(new Event('load'));
    expect(onLost).toHaveBeenCalledExactlyOnceWith('left');
    await vi.waitFor(() => expect(got).toEqual([{ ev: 'closed', p: { reason: 'left' } }]));
  });

  it('hears no load once it is closed', async () => {
    const onLost = vi.fn();
    const { frame, connection } = await byHand({ onLost });
    connection.close();
    for (let n = 0; n < 3; n += 1) frame.dispatchEvent(new Event('load'));
    expect(onLost).not.toHaveBeenCalled();
  });

  it('writes an unexpected exception to the console when nobody else listens', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { port } = await byHand({ handlers: { user: () => Promise.reject(new Error('x')) } });
    port.postMessage({ i: 'id-1', m: 'user' });
    await vi.waitFor(() => expect(written).toHaveBeenCalledTimes(1));
    port.close();
    written.mockRestore();
  });
});
