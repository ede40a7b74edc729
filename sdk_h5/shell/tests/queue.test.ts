import type { Handlers, QueuedCall } from '@onecity/host';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { queue } from '@/queue';
import { type Desk, sendWaiting } from '@/queue/sender';
import { readOutcome } from '@/queue/settlement';
import { describeWrite, shownState } from '@/queue/words';
import { afterTry, asks, LONGEST_MS, newWrite, type Outcome, type Write } from '@/queue/write';
import { all, clear, discard, refresh, save, saw, writes } from '@/queue/writes';
import { preferences } from '@/state/preferences';
import { vault } from '@/vault';
import { detail } from './stubs';

vi.mock('@/vault', async () => {
  const { createVault } = await import('@/vault/vault');
  const { VaultFull } = await import('@/vault/shelf');
  const { memoryShelf } = await import('./shelf');
  return { vault: createVault(Promise.resolve(memoryShelf()), null), VaultFull };
});

const ASKER = { service: 'parks', mandate: undefined };
const call = (key: string, more: Partial<QueuedCall> = {}): QueuedCall => ({
  upstream: 'parks',
  path: '/bookings',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"slot":7}',
  key,
  title: '预约公园',
  ...more,
});
const write = (more: Partial<Write> = {}): Write => ({ ...newWrite(ASKER, call('k'), 0), ...more });

beforeEach(async () => {
  preferences.locale = 'zh-CN';
  await vault.claim({ since: '2020', phone: null });
});
afterEach(() => vault.shred());

describe('what becomes of a write', () => {
  const table: [string, Outcome, Partial<Write>][] = [
    ['sent, and its body gone', { status: 201 }, { state: 'sent', call: null, status: 201 }],
    [
      'refused in the department’s words',
      { status: 409, code: 'slot-taken', message: '已约满' },
      { state: 'refused', call: null, reason: 'slot-taken', words: '已约满' },
    ],
    ['refused without a reason', { status: 422 }, { state: 'refused', reason: 'http-422' }],
    ['waiting where no answer came', { status: 0 }, { state: 'queued', reason: undefined, tries: 1 }],
    [
      'waiting where the department is down',
      { status: 503, code: 'upstream-resting' },
      { state: 'queued', reason: undefined },
    ],
    ['waiting where it asks for patience', { status: 429 }, { state: 'queued', reason: undefined }],
    [
      'waiting while its double is under way',
      { status: 409, code: 'idempotency-key-in-flight' },
      { state: 'queued', reason: undefined },
    ],
    [
      'waiting for the resident’s consent',
      { status: 403, code: 'consent-needed' },
      { state: 'queued', reason: 'consent-needed' },
    ],
    [
      'waiting where the token did not do',
      { status: 401, code: 'token-invalid' },
      { state: 'queued', reason: 'token-invalid' },
    ],
  ];

  it.each(table)('is %s', (_name, outcome, wanted) => {
    expect(afterTry(write(), outcome, 1_000)).toMatchObject(wanted);
  });

  it('takes longer after each try, up to five minutes', () => {
    const due = (tries: number) => afterTry(write({ tries }), { status: 503 }, 0).due;
    for (const [tries, most] of [
      [0, 5_000],
      [1, 10_000],
      [3, 40_000],
      [20, 300_000],
    ] as const) {
      expect(due(tries)).toBeLessThanOrEqual(most);
      expect(due(tries)).toBeGreaterThanOrEqual(most / 2);
    }
  });

  it('is told in words', () => {
    expect(describeWrite(write(), true)).toContain('稍候');
    expect(describeWrite(write(), false)).toContain('恢复网络');
    expect(describeWrite(afterTry(write(), { status: 503 }, 0), false)).toContain('稍后自动再试');
    expect(
      describeWrite(afterTry(write(), { status: 409, code: 'slot-taken', message: '已约满' }, 0), false),
    ).toContain('已约满');
    const asked = afterTry(write(), { status: 403, code: 'consent-needed' }, 0);
    expect([shownState(asked, false), asks(asked), describeWrite(asked, false)]).toEqual([
      'asks',
      true,
      expect.stringContaining('授权'),
    ]);
  });
});

describe('what the carrier says', () => {
  it('is read as from a stranger', () => {
    expect(
      readOutcome({ id: 'a', status: 409, code: 'slot-taken', message: `x\u202e${'y'.repeat(500)}` }),
    ).toMatchObject({
      id: 'a',
      status: 409,
      code: 'slot-taken',
      message: expect.stringMatching(/^x y+…$/),
    });
    for (const bad of [null, 7, {}, { id: 7, status: 'no', code: '<b>', message: {}, retry: 'yes' }])
      expect(readOutcome(bad)).toEqual({ id: '', status: 0, retry: false, code: undefined, message: undefined });
  });
});

describe('the queue', () => {
  it('keeps a call once, for its own service and mandate only', async () => {
    const heard = vi.fn();
    const stop = queue.onChange(heard);
    const [first, again] = await Promise.all([queue.add(ASKER, call('k')), queue.add(ASKER, call('k'))]);
    expect(first).toMatchObject({ key: 'k', title: '预约公园', state: 'queued' });
    expect(again.id).toBe(first.id);
    expect(heard).toHaveBeenCalledExactlyOnceWith(ASKER, first);
    expect(await queue.list(ASKER)).toEqual([first]);
    expect(await queue.list({ service: 'parks', mandate: 'm' })).toEqual([]);
    expect(await queue.list({ service: 'other' })).toEqual([]);
    stop();
  });

  it('shows a title as one line of text that reads forwards', async () => {
    const state = await queue.add(ASKER, call('k', { title: `预约\u202e园公\n${'长'.repeat(90)}` }));
    expect(state.title).toMatch(/^预约 园公 长+…$/);
    expect(Array.from(state.title)).toHaveLength(60);
  });

  it('shows nothing of who signed out while it was read', async () => {
    await queue.add(ASKER, call('k'));
    const reading = refresh();
    await vault.ready();
    clear();
    void vault.shred();
    await reading;
    expect(writes.items).toEqual([]);
  });

  it('refuses what is no write with a key', async () => {
    await expect(queue.add(ASKER, call('k', { method: 'GET' }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(queue.add(ASKER, call('', {}))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(queue.add(ASKER, call('k', { headers: { authorization: 'x' } }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('holds twenty of a service', async () => {
    for (let n = 0; n < 20; n += 1) await queue.add(ASKER, call(`k${n}`));
    await expect(queue.add(ASKER, call('more'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(await queue.add({ service: 'other' }, call('more'))).toMatchObject({ state: 'queued' });
  });

  it('says so where nothing can be kept', async () => {
    await vault.shred();
    await expect(queue.add(ASKER, call('k'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(await queue.list(ASKER)).toEqual([]);
  });

  it('forgets after a week what ended, and what was given up at once', async () => {
    await queue.add(ASKER, call('waits'));
    await save(write({ id: 'old', key: 'old', state: 'sent', call: null, at: '2020-01-01T00:00:00Z' }));
    await queue.add(ASKER, call('unwanted'));
    const unwanted = (await all()).find((one) => one.key === 'unwanted');
    await discard(unwanted as Write);
    await refresh();
    expect((await all()).map(({ key }) => key)).toEqual(['waits']);
    await save(write({ id: 'new', key: 'new', state: 'refused', call: null, at: new Date().toISOString() }));
    await saw();
    expect(writes.items.map(({ key, seen }) => [key, seen])).toEqual(
      expect.arrayContaining([
        ['new', true],
        ['waits', false],
      ]),
    );
  });
});

/** The carrier page as it is: takes a token, then call after call, and says what came of each. */
function desk(answers: (call: QueuedCall) => Outcome, more: Partial<Desk> = {}): Desk & { log: string[] } {
  const log: string[] = [];
  async function carry(service: { id: string }, handlers: Handlers): Promise<void> {
    const ask = (method: string, params?: unknown) =>
      handlers[method]?.(params, { signal: new AbortController().signal, part: () => undefined });
    await ask('token');
    for (;;) {
      const next = (await ask('queue.next')) as (QueuedCall & { id: string }) | null;
      if (!next) return;
      log.push(`${service.id} ${next.key}`);
      await ask('queue.settle', { id: next.id, ...answers(next) });
    }
  }
  return {
    all,
    save,
    readService: async (id) => detail(id),
    mintToken: async () => ({ token: 't', expires_in: 300, scope: '', sub: 's' }),
    carry,
    sending: () => undefined,
    now: Date.now,
    log,
    ...more,
  };
}
const run = (at: Desk) => sendWaiting(at, new AbortController().signal);
const states = async () => (await all()).map(({ key, state }) => `${key} ${state}`);

describe('sending', () => {
  it('goes service by service, in the order of the calls', async () => {
    for (const key of ['a', 'b', 'c']) await queue.add(key === 'b' ? { service: 'other' } : ASKER, call(key));
    const at = desk(() => ({ status: 200 }));
    await run(at);
    expect(at.log).toEqual(['parks a', 'parks c', 'other b']);
    expect(await states()).toEqual(['a sent', 'b sent', 'c sent']);
  });

  it('stops behind a call that must wait, but not behind one that was refused', async () => {
    for (const key of ['a', 'b', 'c']) await queue.add(ASKER, call(key));
    await queue.add({ service: 'other' }, call('d'));
    const at = desk(({ key }) => ({ status: { a: 409, b: 503 }[key] ?? 200 }));
    await run(at);
    expect(await states()).toEqual(['a refused', 'b queued', 'c queued', 'd sent']);
    await run(at);
    expect(at.log).toEqual(['parks a', 'parks b', 'other d']);
  });

  it('waits for the resident where consent was withdrawn, and opens no frame', async () => {
    await queue.add(ASKER, call('a'));
    const at = desk(() => ({ status: 200 }), {
      mintToken: () => Promise.reject(new ApiProblem('consent-needed', 403, '')),
    });
    await run(at);
    expect(at.log).toEqual([]);
    expect((await all())[0]).toMatchObject({ state: 'queued', reason: 'consent-needed' });
  });

  it('tries again later what the carrier page never came for', async () => {
    await queue.add(ASKER, call('a'));
    await run(desk(() => ({ status: 200 }), { carry: () => Promise.reject(new Error('late')) }));
    expect((await all())[0]).toMatchObject({
      state: 'queued',
      tries: 1,
      due: expect.toSatisfy((due) => due > Date.now()),
    });
  });

  it('sends nothing in the name of somebody else than it was kept for', async () => {
    await queue.add({ ...ASKER, sub: 's' }, call('a'));
    await queue.add({ ...ASKER, sub: 's' }, call('b'));
    const of = (sub: string) => async () => ({ token: 't', expires_in: 300, scope: '', sub });
    const other = desk(() => ({ status: 200 }), { mintToken: of('other') });
    await run(other);
    expect(other.log).toEqual([]);
    expect(await states()).toEqual(['a queued', 'b queued']);
    const at = desk(() => ({ status: 200 }), { mintToken: of('s'), now: () => Date.now() + 600_000 });
    await run(at);
    expect(at.log).toEqual(['parks a', 'parks b']);
  });

  it('opens no frame for who signed out while the token was on its way', async () => {
    await queue.add(ASKER, call('a'));
    const stop = new AbortController();
    const carry = vi.fn(async () => undefined);
    const mintToken = async () => {
      stop.abort();
      return { token: 't', expires_in: 300, scope: '', sub: 's' };
    };
    await sendWaiting(
      desk(() => ({ status: 200 }), { carry, mintToken }),
      stop.signal,
    );
    expect(carry).not.toHaveBeenCalled();
    expect(await states()).toEqual(['a queued']);
  });

  it('gives up what waited so long that its key may be forgotten', async () => {
    await queue.add(ASKER, call('a'));
    const at = desk(() => ({ status: 200 }), { now: () => Date.now() + LONGEST_MS + 1_000 });
    await run(at);
    expect(at.log).toEqual([]);
    expect((await all())[0]).toMatchObject({ state: 'refused', reason: 'expired', call: null });
  });

  it('does not bring back a call that was given up under way, unless it was done', async () => {
    await queue.add(ASKER, call('a'));
    await queue.add({ service: 'other' }, call('b'));
    const dropping = async (service: { id: string }, handlers: Handlers) => {
      const ask = (method: string, params?: unknown) =>
        handlers[method]?.(params, { signal: new AbortController().signal, part: () => undefined });
      const next = (await ask('queue.next')) as { id: string };
      await discard((await all()).find(({ id }) => id === next.id) as Write);
      await ask('queue.settle', { id: next.id, status: service.id === 'parks' ? 503 : 200 });
    };
    await run(desk(() => ({ status: 200 }), { carry: dropping }));
    expect(await states()).toEqual(['b sent']);
  });

  it('settles only the call that was handed out', async () => {
    await queue.add(ASKER, call('a'));
    await queue.add(ASKER, call('b'));
    const lying = async (_service: unknown, handlers: Handlers) => {
      const ask = (method: string, params?: unknown) =>
        handlers[method]?.(params, { signal: new AbortController().signal, part: () => undefined });
      await ask('queue.next');
      for (const { id, key } of await all()) if (key === 'b') await ask('queue.settle', { id, status: 200 });
    };
    await run(desk(() => ({ status: 200 }), { carry: lying }));
    expect(await states()).toEqual(['a queued', 'b queued']);
  });
});
