import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import type { Notice, Thread } from '@/api/types';
import { arrived } from '@/state/inbox';
import { enter, forget } from '@/state/session';
import { useThread } from '@/state/thread';
import { grown, isFinished, itemOf, threadKey, urgentFirst, useThreads } from '@/state/threads';
import { useUrgent } from '@/state/urgent';
import { network, notice, problem, text } from './stubs';

const account = { name: '张*', phone: '138****0001', loa: 2, locale: 'zh-CN', elder: false, created_at: '' };
const UNREAD = { 'GET /api/v1/inbox/unread': { body: { count: 0 } } };
let scope: EffectScope;

beforeEach(() => {
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

const within = <T>(make: () => T): T => scope.run(make) ?? expect.fail();
const of = (id: string, thread: string | null, more: Partial<Notice> = {}): Notice => ({
  ...notice(id),
  thread,
  ...more,
});

function thread(newest: Notice, more: Partial<Thread> = {}): Thread {
  const { service, department, title } = newest;
  return { thread: newest.thread, service, department, title, state: null, unread: 1, newest, count: 1, ...more };
}

describe('a thread', () => {
  it('is one of its department, and a notice alone where there is none', () => {
    expect(threadKey(of('1', 'case'))).toBe('d/case');
    expect(threadKey(of('1', null))).toBe('1');
  });

  it('grows by a notice and keeps its state until another is said', () => {
    const known = itemOf(thread(of('1', 'case'), { state: text('待办理'), count: 4 }));
    const next = grown(known, of('2', 'case', { title: text('新') }));
    expect([next.count, next.unread, next.state, next.title]).toEqual([5, 2, text('待办理'), text('新')]);
    expect(grown(next, of('3', 'case', { state: text('已办结'), read_at: 'x' }))).toMatchObject({
      count: 6,
      unread: 2,
      state: text('已办结'),
    });
  });

  it.each<[string | null, boolean]>([
    ['已办结', true],
    ['已完成', true],
    ['办理中', false],
    ['待评价', false],
    [null, false],
  ])('in the state %s is finished: %s', (state, finished) =>
    expect(isFinished(state === null ? null : text(state))).toBe(finished),
  );

  it('comes first while it has urgent news that nobody read', () => {
    const items = [
      itemOf(thread(of('3', null))),
      itemOf(thread(of('2', null, { urgency: 'high' }), { unread: 0 })),
      itemOf(thread(of('1', null, { urgency: 'high' }))),
    ];
    expect(urgentFirst(items).map(({ id }) => id)).toEqual(['1', '3', '2']);
  });
});

describe('the inbox', () => {
  const first = { items: [thread(of('2', 'a')), thread(of('1', null))], next: null };

  it('puts what arrives into its thread', async () => {
    network({ 'GET /api/v1/inbox/threads': { body: first } });
    const { pages, shown } = within(useThreads);
    await pages.reload();
    arrived(of('3', null));
    arrived(of('4', 'a', { state: text('制证中') }));
    arrived(of('4', 'a'));
    expect(shown.value.map(({ id, count }) => [id, count])).toEqual([
      ['d/a', 2],
      ['3', 1],
      ['1', 1],
    ]);
    expect(shown.value[0]?.state).toEqual(text('制证中'));
  });

  it('asks for the thread of a notice that lies further down', async () => {
    const old = thread(of('5', 'old'), { count: 9, state: text('办理中') });
    network({
      'GET /api/v1/inbox/threads?limit=20': { body: first },
      'GET /api/v1/inbox/threads?limit=5': { body: { items: [old], next: 'n' } },
    });
    const { pages, shown } = within(useThreads);
    await pages.reload();
    arrived(of('5', 'old'));
    await vi.waitFor(() => expect(shown.value[0]).toMatchObject({ id: 'd/old', count: 9, state: text('办理中') }));
  });
});

describe('an opened thread', () => {
  const answers = (read: Partial<Notice> = {}) => ({
    ...UNREAD,
    'GET /api/v1/inbox/2': { body: of('2', 'case', { state: text('制证中'), ...read }) },
    'GET /api/v1/inbox': {
      body: {
        items: [
          of('3', 'case', read),
          of('2', 'case', { state: text('制证中'), ...read }),
          of('1', 'case', { state: text('待办理'), ...read }),
        ],
        next: null,
      },
    },
    'POST /api/v1/inbox/read': { status: 204 },
  });

  it('shows its notices in time order and the state said last, and is read by that', async () => {
    const sent = network(answers());
    const opened = within(() => useThread('2'));
    await opened.open();
    expect(opened.notices.value.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect([opened.newest.value?.id, opened.state.value]).toEqual(['3', text('制证中')]);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/inbox/2',
      'GET /api/v1/inbox?thread=case&department=d&limit=20',
      'POST /api/v1/inbox/read?thread=case&department=d',
      'GET /api/v1/inbox/unread',
    ]);
  });

  it('tells nobody when all of it was read before', async () => {
    const sent = network(answers({ read_at: '2026-05-01T09:00:00+08:00' }));
    await within(() => useThread('2')).open();
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('takes what arrives for it, and nothing else', async () => {
    const sent = network(answers());
    const opened = within(() => useThread('2'));
    await opened.open();
    arrived(of('8', 'other'));
    arrived(of('9', 'case', { state: text('已办结') }));
    expect(opened.notices.value.map(({ id }) => id)).toEqual(['1', '2', '3', '9']);
    expect(opened.state.value).toEqual(text('已办结'));
    await vi.waitFor(() => expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(2));
  });

  it('is a notice alone where it has no thread', async () => {
    const sent = network({
      ...UNREAD,
      'GET /api/v1/inbox/7': { body: of('7', null) },
      'PUT /api/v1/inbox/7/read': { status: 204 },
    });
    const opened = within(() => useThread('7'));
    await opened.open();
    arrived(of('9', null));
    expect(opened.notices.value.map(({ id }) => id)).toEqual(['7']);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });
});

describe('what is urgent', () => {
  const urgent = of('2', null, { urgency: 'high' });
  beforeEach(() => enter(account));
  afterEach(forget);

  it('is there until it was seen, and what arrives stands before it', async () => {
    const sent = network({
      ...UNREAD,
      'GET /api/v1/inbox?urgent=true&unread=true&limit=3': { body: { items: [urgent], next: null } },
      'PUT /api/v1/inbox/2/read': { status: 204 },
    });
    const { notices, dismiss } = within(useUrgent);
    await vi.waitFor(() => expect(notices.value).toHaveLength(1));
    arrived(of('3', null));
    arrived(of('4', null, { urgency: 'high' }));
    expect(notices.value.map(({ id }) => id)).toEqual(['4', '2']);
    await dismiss(urgent);
    expect(notices.value.map(({ id }) => id)).toEqual(['4']);
    expect(sent.some(({ method, url }) => method === 'PUT' && url === '/api/v1/inbox/2/read')).toBe(true);
  });

  it('comes back where the server did not hear that it was seen', async () => {
    network({
      'GET /api/v1/inbox?urgent=true&unread=true&limit=3': { body: { items: [urgent], next: null } },
      'PUT /api/v1/inbox/2/read': problem(503, 'unavailable'),
    });
    const { notices, dismiss } = within(useUrgent);
    await vi.waitFor(() => expect(notices.value).toHaveLength(1));
    await dismiss(urgent);
    expect(notices.value).toHaveLength(1);
  });
});
