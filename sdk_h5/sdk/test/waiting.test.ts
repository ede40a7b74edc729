import { afterEach, describe, expect, it, vi } from 'vitest';
import { openLink } from '../src/link.js';
import { own, ownText } from '../src/shape.js';
import { passing } from './scripted.js';

const opened: MessagePort[] = [];

/** A link that lets two calls out at once, to a far end that answers only when it is told to. */
function stage(most = 2) {
  const { port1: far, port2: near } = new MessageChannel();
  opened.push(far);
  const got: unknown[] = [];
  far.onmessage = ({ data }) => got.push(data);
  const link = openLink(near, { hear: () => {}, gone: () => {} }, most);
  const asked = (): unknown[] => got.filter((one) => own(one, 'm')).map((one) => own(one, 'p'));
  const answer = (p: unknown, reply: object = { ok: 1, r: p }): void => {
    const i = ownText(got.filter((one) => own(one, 'p') === p).at(-1), 'i');
    far.postMessage({ i, ...reply });
  };
  return { link, far, got, asked, answer };
}

const limited = { ok: 0, e: { code: 'RATE_LIMITED', message: 'Too many.', retry: true } };

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

describe('calls beyond what the host takes at once', () => {
  it('wait their turn and go in the order they came', async () => {
    const { link, asked, answer } = stage();
    const outcomes = ['a', 'b', 'c', 'd'].map((p) => link.request('user', p, {}));
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'b']));
    answer('b');
    await expect(outcomes[1]).resolves.toBe('b');
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'b', 'c']));
    answer('c');
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'b', 'c', 'd']));
    answer('a');
    answer('d');
    await expect(Promise.all(outcomes)).resolves.toEqual(['a', 'b', 'c', 'd']);
  });

  it('are one at a time where the host says that it takes none', async () => {
    const { link, asked, answer } = stage(0);
    const outcomes = ['a', 'b'].map((p) => link.request('ui.confirm', p, { deadline: Infinity }));
    await vi.waitFor(() => expect(asked()).toEqual(['a']));
    answer('a');
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'b']));
    answer('b');
    await expect(Promise.all(outcomes)).resolves.toEqual(['a', 'b']);
  });

  it('are never sent once their caller gave up, and make room for nobody', async () => {
    const { link, got, asked, answer } = stage(1);
    const stop = new AbortController();
    link.request('user', 'a', {}).catch(() => {});
    const waiting = link.request('user', 'b', { signal: stop.signal });
    const last = link.request('user', 'c', {});
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    await passing();
    expect(asked()).toEqual(['a']);
    answer('a');
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'c']));
    answer('c');
    await expect(last).resolves.toBe('c');
    expect(got.filter((one) => own(one, 'cancel'))).toEqual([]);
  });

  it('have their deadline from the asking, and take only what is left of it to the host', async () => {
    const { link, got, asked, answer } = stage(1);
    link.request('user', 'a', {}).catch(() => {});
    const late = link.request('user', 'b', { deadline: 30 });
    const patient = link.request('user', 'c', { deadline: 5_000 });
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT', retry: true });
    expect(asked()).toEqual(['a']);
    answer('a');
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'c']));
    expect(own(got.at(-1), 'd')).toBeLessThan(4_975);
    answer('c');
    await expect(patient).resolves.toBe('c');
  });

  it('end with the host', async () => {
    const { link, far, asked } = stage(1);
    const outcomes = Promise.allSettled(['a', 'b', 'c'].map((p) => link.request('user', p, {})));
    await vi.waitFor(() => expect(asked()).toEqual(['a']));
    far.postMessage({ ev: 'closed', p: {} });
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'HOST_GONE' } });
  });

  it('that the host still finds too many are asked again, not refused', async () => {
    const { link, asked, answer } = stage();
    const outcome = link.request('user', 'a', {});
    await vi.waitFor(() => expect(asked()).toEqual(['a']));
    answer('a', limited);
    await vi.waitFor(() => expect(asked()).toEqual(['a', 'a']));
    answer('a');
    await expect(outcome).resolves.toBe('a');
  });

  it('that were too many and are given up meanwhile are not asked again', async () => {
    const { link, asked, answer } = stage();
    const outcome = link.request('user', 'a', { deadline: 100 });
    await vi.waitFor(() => expect(asked()).toEqual(['a']));
    answer('a', limited);
    await expect(outcome).rejects.toMatchObject({ code: 'TIMEOUT' });
    await passing(250);
    expect(asked()).toEqual(['a']);
  });

  it('are all answered, 1,000 of them in random order, with 32 at once at most', async () => {
    const { port1: far, port2: near } = new MessageChannel();
    opened.push(far);
    const held: [string, unknown][] = [];
    let most = 0;
    far.onmessage = ({ data }) => {
      held.push([data.i, data.p]);
      most = Math.max(most, held.length);
      setTimeout(() => {
        const [[i, r] = ['', 0]] = held.splice(Math.floor(Math.random() * held.length), 1);
        far.postMessage({ i, ok: 1, r });
      });
    };
    const link = openLink(near, { hear: () => {}, gone: () => {} });
    const numbers = Array.from({ length: 1_000 }, (_, n) => n);
    await expect(Promise.all(numbers.map((n) => link.request('user', n, {})))).resolves.toEqual(numbers);
    expect(most).toBe(32);
  });
});
