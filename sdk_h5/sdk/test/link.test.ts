import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Link, openLink } from '../src/link.js';
import { own, ownText } from '../src/shape.js';
import { passing } from './scripted.js';

const opened: MessagePort[] = [];

interface Stage {
  link: Link;
  near: MessagePort;
  far: MessagePort;
  got: unknown[];
  heard: unknown[];
  gone: ReturnType<typeof vi.fn>;
}

/** A link whose far end is a bare port: `onAsk` decides what is answered. */
function stage(onAsk: (i: string, far: MessagePort, data: unknown) => void = () => {}, most?: number): Stage {
  const { port1: far, port2: near } = new MessageChannel();
  opened.push(far);
  const [got, heard, gone] = [[] as unknown[], [] as unknown[], vi.fn()];
  far.onmessage = ({ data }) => {
    got.push(data);
    if (own(data, 'cancel') !== 1) onAsk(ownText(data, 'i') ?? '', far, data);
  };
  return {
    link: openLink(near, { hear: (ev, p) => heard.push({ ev, p }), gone }, most),
    near,
    far,
    got,
    heard,
    gone,
  };
}

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

describe('a request over the port', () => {
  it('brings the answer', async () => {
    const { link, got } = stage((i, far) => far.postMessage({ i, ok: 1, r: { sub: 'x' } }));
    await expect(link.request('user', { a: 1 }, { deadline: 500 })).resolves.toEqual({ sub: 'x' });
    expect(got[0]).toMatchObject({ i: expect.any(String), m: 'user', p: { a: 1 } });
    expect(own(got[0], 'd')).toBeGreaterThan(400);
  });

  it('brings the refusal, whole', async () => {
    const e = { code: 'consent-needed', message: 'Ask.', retry: false, reference: 'r-1', hop: 'gateway' };
    const { link } = stage((i, far) => far.postMessage({ i, ok: 0, e }));
    await expect(link.request('token', undefined, {})).rejects.toMatchObject({ name: 'CityError', ...e });
  });

  it.each([undefined, null, 'no', { code: 5, message: {}, retry: 'yes', hop: 1, reference: 1 }])(
    'makes a refusal of %j readable',
    async (e) => {
      const { link } = stage((i, far) => far.postMessage({ i, ok: 0, e }));
      const error = await link.request('token', undefined, {}).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'INTERNAL', message: 'No reason.', retry: false });
      expect(error).toMatchObject({ hop: undefined, reference: undefined });
    },
  );

  it('hands on the parts, then the end', async () => {
    const { link } = stage((i, far) => {
      far.postMessage({ i, part: 1 });
      far.postMessage({ i, part: 2 });
      far.postMessage({ i, ok: 1, r: 'end' });
    });
    const parts: unknown[] = [];
    await expect(link.request('scan', undefined, { onPart: (part) => parts.push(part) })).resolves.toBe('end');
    expect(parts).toEqual([1, 2]);
  });

  it('ends at its deadline and tells the host, when a host only half answers', async () => {
    const { link, got } = stage((i, far) => {
      far.postMessage({ i });
      far.postMessage({ i, part: 'half' });
      far.postMessage({ i, ok: 2, r: 'no such thing' });
    });
    await expect(link.request('user', undefined, { deadline: 40 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      retry: true,
    });
    await passing();
    expect(got[1]).toEqual({ i: ownText(got[0], 'i'), cancel: 1 });
  });

  it('ends when the caller gives up, and tells the host', async () => {
    const { link, got } = stage();
    const stop = new AbortController();
    const outcome = link.request('ui.confirm', undefined, { signal: stop.signal });
    stop.abort('left the page');
    await expect(outcome).rejects.toMatchObject({ code: 'ABORTED', cause: 'left the page' });
    await passing();
    expect(got[1]).toEqual({ i: ownText(got[0], 'i'), cancel: 1 });
  });

  it('is never sent for a caller who has given up already', async () => {
    const { link, got } = stage();
    await expect(link.request('user', undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await passing();
    expect(got.filter((message) => own(message, 'm'))).toEqual([]);
  });

  it('waits as long as it takes when it has no deadline', async () => {
    const { link } = stage((i, far) => setTimeout(() => far.postMessage({ i, ok: 1, r: true }), 50));
    await expect(link.request('ui.confirm', undefined, { deadline: Number.POSITIVE_INFINITY })).resolves.toBe(true);
  });

  it.each<[string, () => unknown]>([
    ['a function', () => ({ f: () => 1 })],
    ['a symbol', () => Symbol('x')],
    [
      'a getter that throws',
      () => ({
        get boom() {
          throw new Error('boom');
        },
      }),
    ],
  ])('refuses %s instead of hanging', async (_, params) => {
    const { link } = stage();
    await expect(link.request('user', params(), { deadline: 500 })).rejects.toMatchObject({ code: 'NOT_CLONEABLE' });
  });

  it('mixes up none of 1,000 answered in random order', async () => {
    const waiting: string[] = [];
    const asked = new Map<string, unknown>();
    const { link, far } = stage((i, _, data) => {
      waiting.push(i);
      asked.set(i, own(data, 'p'));
      if (waiting.length < 1_000) return;
      for (const id of shuffled(waiting)) far.postMessage({ i: id, ok: 1, r: { echo: asked.get(id) } });
    }, 1_000);
    const numbers = Array.from({ length: 1_000 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => link.request('user', n, { deadline: 10_000 })));
    expect(answers).toEqual(numbers.map((echo) => ({ echo })));
    expect(asked.size).toBe(1_000);
  });

  it.each<[string, (i: string) => unknown]>([
    ['an id nobody asked with', () => ({ i: 'forged', ok: 1, r: 'evil' })],
    ['an id that is no text', () => ({ i: 7, ok: 1, r: 'evil' })],
    ['an id by prototype', (i) => JSON.parse(`{"__proto__": {"i": "${i}", "ok": 1, "r": "evil"}}`)],
    ['a truthy ok', (i) => ({ i, ok: true, r: 'evil' })],
    ['no object', () => 'evil'],
    ['null', () => null],
    ['a list', (i) => [i, 1, 'evil']],
  ])('is not answered by %s', async (_, forged) => {
    const { link } = stage((i, far) => {
      far.postMessage(forged(i));
      far.postMessage({ i, ok: 1, r: 'good' });
    });
    await expect(link.request('user', undefined, { deadline: 500 })).resolves.toBe('good');
  });

  it('takes the first of two answers', async () => {
    const { link } = stage((i, far) => {
      far.postMessage({ i, ok: 1, r: 'first' });
      far.postMessage({ i, ok: 0, e: { code: 'X', message: 'second', retry: false } });
    });
    await expect(link.request('user', undefined, {})).resolves.toBe('first');
  });

  it('leaves the prototype alone whatever an answer carries', async () => {
    const { link } = stage((i, far) => far.postMessage({ i, ok: 1, r: JSON.parse('{"__proto__": {"polluted": 1}}') }));
    await link.request('user', undefined, {});
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('the end of the host', () => {
  it.each<[string, (far: MessagePort, near: MessagePort) => void]>([
    ['says goodbye', (far) => far.postMessage({ ev: 'closed', p: { reason: 'closed' } })],
    ['closes its port', (far) => far.close()],
    ['sends what cannot be read', (_, near) => near.dispatchEvent(new MessageEvent('messageerror'))],
  ])('rejects everything pending when it %s', async (_, end) => {
    const { link, far, near, gone } = stage();
    const outcomes = Promise.allSettled([1, 2, 3].map(() => link.request('ui.confirm', undefined, {})));
    await passing();
    end(far, near);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'HOST_GONE' } });
    }
    await expect(link.request('user', undefined, {})).rejects.toMatchObject({ code: 'HOST_GONE' });
    expect(gone).toHaveBeenCalledTimes(1);
  });
});

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item): [number, T] => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
