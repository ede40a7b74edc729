import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick } from 'vue';
import type { Page, Service } from '@/api/types';
import { groupServices } from '@/state/catalogue';
import { useCountdown } from '@/state/countdown';
import { confirm, question } from '@/state/dialog';
import { greetingKey } from '@/state/greeting';
import { useLoad } from '@/state/load';
import { usePages } from '@/state/pages';
import { useSearch } from '@/state/search';
import { isPhone } from '@/state/sign-in';
import { service, text } from './stubs';

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  const parts = {} as Deferred<T>;
  parts.promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

const page = (ids: string[], next: string | null = null) => ({ items: ids.map((id) => ({ id })), next });
const ids = (items: { id: string }[]) => items.map((item) => item.id);

describe('something loaded', () => {
  it('shows the failure, then what came of the next try', async () => {
    const fetch = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValueOnce('yes');
    const { data, error, busy, load } = useLoad(fetch);
    await load();
    expect([data.value, busy.value]).toEqual([null, false]);
    expect(error.value).toBeInstanceOf(Error);
    await load();
    expect([data.value, error.value]).toEqual(['yes', null]);
  });

  it('is of the last try when answers overtake each other', async () => {
    const [slow, quick] = [deferred<string>(), deferred<string>()];
    const fetch = vi.fn().mockReturnValueOnce(slow.promise).mockReturnValueOnce(quick.promise);
    const { data, load } = useLoad<string>(fetch);
    const both = [load(), load()];
    quick.resolve('new');
    slow.resolve('old');
    await Promise.all(both);
    expect(data.value).toBe('new');
  });
});

describe('a paged list', () => {
  it('adds page after page, nothing twice, to the end', async () => {
    const fetch = vi.fn(async (cursor?: string) => (cursor ? page(['b', 'c']) : page(['a', 'b'], 'n')));
    const list = usePages(fetch);
    await list.reload();
    expect([ids(list.items.value), list.more.value]).toEqual([['a', 'b'], true]);
    await list.loadMore();
    await list.loadMore();
    expect([ids(list.items.value), list.more.value]).toEqual([['a', 'b', 'c'], false]);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('keeps what arrives while its first page is on the way', async () => {
    const first = deferred<Page<{ id: string }>>();
    const list = usePages(() => first.promise);
    const loading = list.reload();
    list.put({ id: 'new' });
    first.resolve(page(['a']));
    await loading;
    expect(ids(list.items.value)).toEqual(['new', 'a']);
  });

  it('keeps its items when the next page fails', async () => {
    const fetch = vi
      .fn()
      .mockResolvedValueOnce(page(['a'], 'n'))
      .mockRejectedValueOnce(new Error('no'));
    const list = usePages(fetch);
    await list.reload();
    await list.loadMore();
    expect([ids(list.items.value), list.more.value, list.busy.value]).toEqual([['a'], true, false]);
    expect(list.error.value).toBeInstanceOf(Error);
  });
});

describe('the search', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks once, a moment after the last key', async () => {
    const find = vi.fn(async () => ({ items: [service('appointments')], next: null }));
    const search = useSearch(find);
    for (const typed of ['g', 'gu', ' gua ']) {
      search.query.value = typed;
      await nextTick();
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(find).toHaveBeenCalledOnce();
    expect(find).toHaveBeenCalledWith('gua', expect.any(AbortSignal));
    expect(search.results.value).toHaveLength(1);
  });

  it('never shows the answer to an older text', async () => {
    const [old, fresh] = [deferred<Page<Service>>(), deferred<Page<Service>>()];
    const find = vi.fn().mockReturnValueOnce(old.promise).mockReturnValueOnce(fresh.promise);
    const search = useSearch(find);
    search.query.value = 'a';
    await nextTick();
    await vi.advanceTimersByTimeAsync(300);
    search.query.value = 'ab';
    await nextTick();
    expect(find.mock.calls[0]?.[1].aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    fresh.resolve({ items: [], next: null });
    old.resolve({ items: [service('old')], next: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(search.results.value).toEqual([]);
  });

  it('forgets its results when the text is emptied', async () => {
    const search = useSearch(async () => ({ items: [service('a')], next: null }));
    search.query.value = 'a';
    await nextTick();
    await vi.advanceTimersByTimeAsync(300);
    search.query.value = '  ';
    await nextTick();
    expect(search.results.value).toBeNull();
  });
});

describe('the countdown', () => {
  it('follows the clock, also after a sleep, and ends at zero', () => {
    vi.useFakeTimers();
    const scope = effectScope();
    const { left, start } = scope.run(() => useCountdown()) ?? expect.fail();
    start(60);
    vi.advanceTimersByTime(1_000);
    expect(left.value).toBe(59);
    vi.setSystemTime(Date.now() + 120_000);
    vi.advanceTimersByTime(250);
    expect(left.value).toBe(0);
    scope.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

describe('a question', () => {
  it('waits for the one before it', async () => {
    const [first, second] = [confirm({ title: '1' }), confirm({ title: '2' })];
    expect(question.value?.title).toBe('1');
    question.value?.answer(true);
    expect(question.value?.title).toBe('2');
    question.value?.answer(false);
    expect(question.value).toBeNull();
    expect(await Promise.all([first, second])).toEqual([true, false]);
  });

  it('is taken back by its signal, on screen or waiting', async () => {
    const [shown, waiting] = [new AbortController(), new AbortController()];
    const answers = [confirm({ title: '1' }, shown.signal), confirm({ title: '2' }, waiting.signal)];
    waiting.abort();
    shown.abort();
    expect(await Promise.all(answers)).toEqual([false, false]);
    expect(question.value).toBeNull();
    expect(await confirm({ title: '3' }, shown.signal)).toBe(false);
  });
});

describe('small things', () => {
  it.each([
    ['13800000001', true],
    ['138 0000 0001', true],
    ['+86 138-0000-0001', true],
    ['12800000001', false],
    ['1380000000', false],
    ['', false],
  ])('the phone number %s is taken: %s', (phone, taken) => expect(isPhone(phone)).toBe(taken));

  it.each([
    [0, 'night'],
    [5, 'morning'],
    [12, 'noon'],
    [13, 'afternoon'],
    [22, 'evening'],
    [23, 'night'],
  ])('at %i it is %s', (hour, part) => expect(greetingKey(hour)).toBe(`home.hello.${part}`));

  it('services stand under their categories, and empty ones are left out', () => {
    const categories = ['health', 'life'].map((id) => ({ id, name: text(id), count: 1 }));
    const groups = groupServices([service('a'), service('b')], categories);
    expect(groups.map((group) => [group.category.id, ids(group.services)])).toEqual([['life', ['a', 'b']]]);
  });
});
