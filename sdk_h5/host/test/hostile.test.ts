import { afterEach, describe, expect, it, vi } from 'vitest';
import { BridgeError, DEFAULT_LIMITS, type FrameOptions, type Handlers } from '../src/index.js';
import { serve } from '../src/serve.js';
import { byHand, passing, shakeHands } from './stage.js';

const opened: MessagePort[] = [];

async function frame(handlers: Handlers, options: Partial<FrameOptions> = {}) {
  const stage = await byHand({ handlers, onError: () => {}, ...options });
  opened.push(stage.port);
  return stage;
}

/** Asks by hand and gives what the host answered to this id. */
async function ask(handlers: Handlers, message: Record<string, unknown>, options: Partial<FrameOptions> = {}) {
  const { port, got } = await frame(handlers, options);
  port.postMessage({ i: 'id-1', ...message });
  await passing();
  return got;
}

/** A handler that gives back its parameters after a while. */
const late =
  (ms: number) =>
  async (params: unknown): Promise<unknown> => {
    await passing(ms);
    return params;
  };

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

const failure = (code: string, more: object = {}) => ({
  i: 'id-1',
  ok: 0,
  e: expect.objectContaining({ code, ...more }),
});

describe('the host, asked by a hostile page', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'shell.cookie', ''.padEnd(64, 'x')])(
    'offers no method %s',
    async (m) => {
      expect(await ask({ user: async () => 1 }, { m })).toEqual([failure('UNSUPPORTED', { retry: false })]);
    },
  );

  it.each<[string, unknown]>([
    ['no id', { i: undefined, m: 'user' }],
    ['an empty id', { i: '', m: 'user' }],
    ['an id without end', { i: 'x'.repeat(65), m: 'user' }],
    ['an id that is no text', { i: { toString: 1 }, m: 'user' }],
    ['no method', { m: undefined }],
    ['a method that is no text', { m: ['user'] }],
    ['a method without end', { m: 'x'.repeat(65) }],
    ['a cancel of nothing', { cancel: 1 }],
  ])('ignores a message with %s', async (_, message) => {
    const user = vi.fn(async () => 1);
    expect(await ask({ user }, message as Record<string, unknown>)).toEqual([]);
    expect(user).not.toHaveBeenCalled();
  });

  it('ignores what is no message at all, and answers the next', async () => {
    const { port, got } = await frame({ user: async () => 'fine' });
    for (const junk of [
      null,
      0,
      'x',
      [],
      new Map(),
      new Uint8Array(8),
      JSON.parse('{"__proto__": {"i": "a", "m": "user"}}'),
    ]) {
      port.postMessage(junk);
    }
    port.postMessage({ i: 'id-1', m: 'user' });
    await passing();
    expect(got).toEqual([{ i: 'id-1', ok: 1, r: 'fine' }]);
  });

  it('tells nothing of an exception that was not meant for the page', async () => {
    const onError = vi.fn();
    const secret = new TypeError('cookie=abc at /srv/shell.js');
    const got = await ask({ user: () => Promise.reject(secret) }, { m: 'user' }, { onError });
    expect(got).toEqual([failure('INTERNAL')]);
    expect(JSON.stringify(got)).not.toContain('cookie');
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret, 'user');
  });

  it.each<[string, () => never]>([
    [
      'throws at once',
      () => {
        throw new Error('at once');
      },
    ],
    [
      'throws no error',
      () => {
        throw null;
      },
    ],
  ])('answers when a handler %s', async (_, user) => {
    expect(await ask({ user }, { m: 'user' })).toEqual([failure('INTERNAL')]);
  });

  it('writes an unexpected exception to the console when nobody else listens', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { port } = await byHand({ handlers: { user: () => Promise.reject(new Error('x')) } });
    opened.push(port);
    port.postMessage({ i: 'id-1', m: 'user' });
    await passing();
    expect(written).toHaveBeenCalledTimes(1);
    written.mockRestore();
  });

  it('hands a handler its parameters as data, without touching any prototype', async () => {
    const user = vi.fn(async (params: unknown) => ({ ...(params as object) }));
    await ask(
      { user },
      { m: 'user', p: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {}}}') },
    );
    expect(user).toHaveBeenCalledTimes(1);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('answers an id that is in use once, for the first who used it', async () => {
    const user = vi.fn(async (params: unknown) => {
      await passing(10);
      return params;
    });
    const { port, got } = await frame({ user });
    port.postMessage({ i: 'id-1', m: 'user', p: 'first' });
    port.postMessage({ i: 'id-1', m: 'user', p: 'second' });
    await passing(40);
    expect(got).toEqual([{ i: 'id-1', ok: 1, r: 'first' }]);
    expect(user).toHaveBeenCalledTimes(1);
  });

  it('never answers a new call with what an old one of the same id left behind', async () => {
    const user = async (params: unknown): Promise<unknown> => {
      await passing(params === 'old' ? 10 : 40);
      return params;
    };
    const { port, got } = await frame({ user });
    port.postMessage({ i: 'id-1', m: 'user', p: 'old' });
    port.postMessage({ i: 'id-1', cancel: 1 });
    port.postMessage({ i: 'id-1', m: 'user', p: 'new' });
    await passing(80);
    expect(got).toEqual([{ i: 'id-1', ok: 1, r: 'new' }]);
  });

  it('cancels only what it is told to', async () => {
    const { port, got } = await frame({ user: late(10) });
    port.postMessage({ i: 'a', m: 'user', p: 1 });
    port.postMessage({ i: 'b', m: 'user', p: 2 });
    port.postMessage({ i: 'a', cancel: 1 });
    port.postMessage({ i: 'c', cancel: 1 });
    await passing(40);
    expect(got).toEqual([{ i: 'b', ok: 1, r: 2 }]);
  });

  it('says that time is over, even when the handler does not listen', async () => {
    const got = await ask({ user: () => new Promise(() => {}) }, { m: 'user', d: 5 });
    expect(got).toEqual([failure('TIMEOUT', { retry: true })]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5', null])(
    'takes a deadline of %s for none',
    async (d) => {
      expect(await ask({ user: late(5) }, { m: 'user', p: 'fine', d })).toEqual([{ i: 'id-1', ok: 1, r: 'fine' }]);
    },
  );

  it('sends parts while the call runs, and none after it was given up', async () => {
    const { port, got } = await frame({
      scan: async (_, { part }) => {
        part(1);
        await passing(20);
        part(2);
        return 'end';
      },
    });
    port.postMessage({ i: 'a', m: 'scan' });
    port.postMessage({ i: 'b', m: 'scan' });
    await passing(5);
    port.postMessage({ i: 'b', cancel: 1 });
    await passing(50);
    expect(got.filter(({ i }) => i === 'a')).toEqual([
      { i: 'a', part: 1 },
      { i: 'a', part: 2 },
      { i: 'a', ok: 1, r: 'end' },
    ]);
    expect(got.filter(({ i }) => i === 'b')).toEqual([{ i: 'b', part: 1 }]);
  });

  it('passes a refusal on without members that are not there', async () => {
    const got = await ask({ user: () => Promise.reject(new BridgeError('no', 'No.')) }, { m: 'user' });
    expect(got).toEqual([{ i: 'id-1', ok: 0, e: { code: 'no', message: 'No.', retry: false } }]);
  });
});

describe('a message that cannot be read', () => {
  it('ends the conversation, so that the page is not left waiting', async () => {
    const { port1: far, port2: near } = new MessageChannel();
    opened.push(far);
    const [onGone, got] = [vi.fn(), [] as unknown[]];
    far.onmessage = ({ data }) => got.push(data);
    const quota = { limits: DEFAULT_LIMITS, inFlight: 0, mayPass: () => true };
    serve(near, { handlers: {}, quota, onError: () => {}, onGone });
    near.dispatchEvent(new MessageEvent('messageerror'));
    await passing();
    expect(got).toEqual([{ ev: 'closed', p: { reason: 'unreadable' } }]);
    expect(onGone).toHaveBeenCalledTimes(1);
  });
});

describe('a flood', () => {
  const endless = { user: () => new Promise(() => {}) };

  it('finds at most 32 calls in flight', async () => {
    const user = vi.fn(() => new Promise<never>(() => {}));
    const { port, got } = await frame({ user }, { limits: { burst: 500 } });
    for (let n = 0; n < 100; n += 1) port.postMessage({ i: `id-${n}`, m: 'user' });
    await passing();
    expect(user).toHaveBeenCalledTimes(32);
    expect(got).toHaveLength(68);
    expect(got[0]).toMatchObject({ i: 'id-32', ok: 0, e: { code: 'RATE_LIMITED', retry: true } });
  });

  it('passes a burst of 50, then 20 a second', async () => {
    const user = vi.fn(async () => 1);
    const { port } = await frame({ user });
    const send = async (prefix: string): Promise<void> => {
      for (let n = 0; n < 200; n += 1) {
        port.postMessage({ i: `${prefix}-${n}`, m: 'user' });
        if (n % 20 === 0) await passing(0);
      }
      await passing();
    };
    await send('first');
    expect(user.mock.calls.length).toBeGreaterThanOrEqual(50);
    expect(user.mock.calls.length).toBeLessThan(60);
    const before = user.mock.calls.length;
    await passing(500);
    await send('second');
    expect(user.mock.calls.length - before).toBeGreaterThanOrEqual(9);
    expect(user.mock.calls.length - before).toBeLessThan(25);
  });

  it('is not fed anew by a reload, nor by cancelling', async () => {
    const user = vi.fn(() => new Promise<never>(() => {}));
    const { pair, port } = await frame({ user }, { limits: { burst: 500 } });
    for (let n = 0; n < 20; n += 1) {
      port.postMessage({ i: `id-${n}`, m: 'user' });
      port.postMessage({ i: `id-${n}`, cancel: 1 });
    }
    await passing();
    const next = await shakeHands(pair, 'nonce-2');
    if (!next) throw new Error('No second port.');
    opened.push(next);
    for (let n = 0; n < 20; n += 1) next.postMessage({ i: `id-${n}`, m: 'user' });
    await passing();
    expect(user).toHaveBeenCalledTimes(32);
  });

  it('frees the place of a call that really ended', async () => {
    const { port, got } = await frame({ user: async () => 1 }, { limits: { inFlight: 1 } });
    for (const i of ['a', 'b', 'c']) {
      port.postMessage({ i, m: 'user' });
      await passing(5);
    }
    expect(got.map(({ ok }) => ok)).toEqual([1, 1, 1]);
  });

  const big = 1_048_577;
  const deep = (): unknown => {
    let value: unknown = 'x'.repeat(1_000_000);
    for (let n = 0; n < 500; n += 1) value = { value, pad: 'x'.repeat(100) };
    return value;
  };
  it.each<[string, () => unknown]>([
    ['a text', () => 'x'.repeat(big)],
    ['a text in a list in an object', () => ({ a: [{ b: 'x'.repeat(big) }] })],
    ['many small texts', () => Array.from({ length: 120_000 }, () => 'x'.repeat(10))],
    ['many keys', () => Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`key-${n}`.padEnd(16), 1]))],
    ['a long key', () => ({ ['k'.repeat(big)]: 1 })],
    ['a list with nothing in it but length', () => new Array(2 ** 31)],
    ['bytes', () => new Uint8Array(big)],
    ['a buffer', () => ({ file: new ArrayBuffer(big) })],
    ['a blob', () => new Blob(['x'.repeat(big)])],
    ['a map', () => new Map([['k', 'x'.repeat(big)]])],
    ['a set', () => new Set(['x'.repeat(big)])],
    ['depth', deep],
  ])('of bytes in %s is too large', async (_, make) => {
    const user = vi.fn(async () => 1);
    const { port, got } = await frame({ user });
    port.postMessage({ i: 'id-1', m: 'user', p: make() });
    await vi.waitFor(() => expect(got).toEqual([failure('TOO_LARGE', { retry: false })]));
    expect(user).not.toHaveBeenCalled();
  });

  it('is not what a cycle, or a megabyte less a little, is', async () => {
    const cycle: Record<string, unknown> = { text: 'x'.repeat(1_000) };
    cycle.self = cycle;
    const { port, got } = await frame({ user: async () => 1 });
    port.postMessage({ i: 'a', m: 'user', p: cycle });
    port.postMessage({ i: 'b', m: 'user', p: 'x'.repeat(1_048_000) });
    await vi.waitFor(() => expect(got.map(({ ok }) => ok)).toEqual([1, 1]));
  });

  it('of calls without end leaves the host able to close', async () => {
    const { port, connection, got } = await frame(endless);
    for (let n = 0; n < 10; n += 1) port.postMessage({ i: `id-${n}`, m: 'user' });
    await passing();
    connection.close();
    connection.close();
    await passing();
    expect(got).toEqual([{ ev: 'closed', p: { reason: 'closed' } }]);
  });
});
