import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCity } from '../src/create.js';
import { shakeHands } from '../src/handshake.js';
import { browser } from '../src/place.js';
import { ownText } from '../src/shape.js';
import { ackFor, CONTEXT } from './acks.js';
import { HOST_ORIGIN, type Pair, placeOf, windowPair } from './windows.js';

let pair: Pair;

beforeEach(() => {
  vi.useFakeTimers();
  pair = windowPair();
});

afterEach(() => {
  vi.useRealTimers();
});

const shake = () => {
  const { self, parent } = placeOf(pair);
  return shakeHands(self, parent as NonNullable<typeof parent>);
};
const nonceOf = (): string => ownText(pair.parentView.posted[0]?.data, 'nonce') ?? '';
const port = (): MessagePort => new MessageChannel().port1;

describe('the handshake', () => {
  it('asks with a SYN that holds nothing but a nonce', async () => {
    shake().catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(pair.parentView.posted[0]).toEqual({
      data: { ns: 'onecity', v: 1, t: 'syn', nonce: expect.stringMatching(/^[0-9a-f-]{36}$/), loaded: false },
      target: '*',
    });
  });

  it('takes the acknowledgement of its nonce, with the port, and stops listening', async () => {
    const removed = vi.spyOn(pair.child, 'removeEventListener');
    const greeting = shake();
    await vi.advanceTimersByTimeAsync(0);
    const given = port();
    pair.child.deliver(ackFor(nonceOf()), pair.parentView, HOST_ORIGIN, [given]);
    await expect(greeting).resolves.toMatchObject({ port: given, ack: { context: CONTEXT } });
    expect(removed).toHaveBeenCalledWith('message', expect.any(Function));
    const before = pair.parentView.posted.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(pair.parentView.posted).toHaveLength(before);
  });

  it('repeats the same SYN for a host that starts late', async () => {
    const greeting = shake();
    await vi.advanceTimersByTimeAsync(2_500);
    const { posted } = pair.parentView;
    expect(posted.length).toBeGreaterThan(3);
    expect(new Set(posted.map(({ data }) => ownText(data, 'nonce'))).size).toBe(1);
    pair.child.deliver(ackFor(nonceOf()), pair.parentView, HOST_ORIGIN, [port()]);
    await expect(greeting).resolves.toBeDefined();
  });

  it('gives up on a silent host after three seconds', async () => {
    const outcome = expect(shake()).rejects.toMatchObject({ code: 'HOST_SILENT', retry: true });
    await vi.advanceTimersByTimeAsync(2_999);
    expect(vi.getTimerCount()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says at once that there is no host', async () => {
    await expect(createCity(placeOf(pair, { parent: null })).ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(createCity(browser()).ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST', retry: false });
  });

  const good = (): Record<string, unknown> => ({ ...ackFor(nonceOf()) });
  it.each<[string, () => unknown]>([
    ['another nonce', () => ({ ...good(), nonce: 'guessed' })],
    ['another name space', () => ({ ...good(), ns: 'penpal' })],
    ['another version', () => ({ ...good(), v: 2 })],
    ['another type', () => ({ ...good(), t: 'syn' })],
    ['no context', () => ({ ...good(), context: undefined })],
    ['a context without a service', () => ({ ...good(), context: { ...CONTEXT, service: 'x' } })],
    ['capabilities that are no list', () => ({ ...good(), caps: { token: true } })],
    ['a text', () => 'ack'],
    ['nothing', () => null],
    ['everything hidden in __proto__', () => JSON.parse(`{"__proto__": ${JSON.stringify(good())}}`)],
  ])('drops an acknowledgement with %s', async (_, data) => {
    const outcome = expect(shake()).rejects.toMatchObject({ code: 'HOST_SILENT' });
    await vi.advanceTimersByTimeAsync(0);
    pair.child.deliver(data(), pair.parentView, HOST_ORIGIN, [port()]);
    await vi.advanceTimersByTimeAsync(3_000);
    await outcome;
  });

  it.each<[string, () => [unknown, MessagePort[]]]>([
    ['from a window that is not the parent', () => [{}, [port()]]],
    ['from nobody', () => [null, [port()]]],
    ['without a port', () => [pair.parentView, []]],
    ['with two ports', () => [pair.parentView, [port(), port()]]],
  ])('drops an acknowledgement %s', async (_, how) => {
    const outcome = expect(shake()).rejects.toMatchObject({ code: 'HOST_SILENT' });
    await vi.advanceTimersByTimeAsync(0);
    const [source, ports] = how();
    pair.child.deliver(good(), source, HOST_ORIGIN, ports);
    await vi.advanceTimersByTimeAsync(3_000);
    await outcome;
  });

  it('is not fooled by a prototype somebody polluted', async () => {
    const outcome = expect(shake()).rejects.toMatchObject({ code: 'HOST_SILENT' });
    await vi.advanceTimersByTimeAsync(0);
    const fields = good();
    Object.assign(Object.prototype, fields);
    try {
      pair.child.deliver({}, pair.parentView, HOST_ORIGIN, [port()]);
    } finally {
      for (const key of Object.keys(fields)) Reflect.deleteProperty(Object.prototype, key);
    }
    await vi.advanceTimersByTimeAsync(3_000);
    await outcome;
  });
});
