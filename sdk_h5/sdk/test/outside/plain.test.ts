import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAll, define, enter, PLACE, type Room, room, until } from './room.js';

afterEach(closeAll);

const dialogOf = (it: Room) => until(() => it.drawn().querySelector('dialog[open]'));
const press = (inside: ParentNode, label: string): void =>
  [...inside.querySelectorAll('button')].find((button) => button.textContent === label)?.click();

describe('a plain browser', () => {
  it('tells which service this is and how it looks', async () => {
    const { ack } = await enter(room());
    expect(ack.context).toMatchObject({
      service: PLACE.service,
      locale: 'zh-CN',
      theme: 'light',
      elder: false,
      host: { name: 'browser' },
      launch: { path: '/fund.html?year=2026#top' },
      a11y: { reducedMotion: false, moreContrast: false, textScale: 1 },
    });
  });

  it('takes service and name from the page where nobody tells', async () => {
    const { ack } = await enter(room({ place: null }));
    expect(ack.context.service).toEqual({ id: 'queries', name: { 'zh-CN': '公积金查询' }, version: '' });
    expect(ack.caps).not.toContain('open');
  });

  it('does not wait for a host that does not answer', async () => {
    vi.useFakeTimers();
    const opening = enter(room({ window: { fetch: () => new Promise(() => {}) } }));
    await vi.advanceTimersByTimeAsync(800);
    vi.useRealTimers();
    expect((await opening).ack.caps).toContain('ui.toast');
  });

  it('writes the title where browsers have it', async () => {
    const it = room();
    const { ask } = await enter(it);
    await ask('ui.title', { text: '我的公积金' });
    expect(it.here.document.title).toBe('我的公积金');
  });

  it('says a toast to the eye and to screen readers, and takes it back', async () => {
    const it = room();
    const { ask } = await enter(it);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await ask('ui.toast', { text: '已保存' });
    const status = it.drawn().querySelector('[role=status]') as HTMLElement;
    expect([status.textContent, status.hidden]).toEqual(['已保存', false]);
    await vi.advanceTimersByTimeAsync(4_000);
    vi.useRealTimers();
    expect([status.textContent, status.hidden]).toEqual(['', true]);
  });

  it('shows that it is loading until it is told otherwise', async () => {
    const it = room();
    const { ask } = await enter(it);
    await ask('ui.loading', { on: true });
    const status = it.drawn().querySelector('.loading') as HTMLElement;
    expect(status.textContent).toBe('正在加载…');
    await ask('ui.loading', { on: false });
    expect([status.textContent, status.hidden]).toEqual(['', true]);
  });

  it.each([
    ['提交', true],
    ['再想想', false],
  ])('asks in a dialog: %s is %s', async (label, outcome) => {
    const it = room();
    const { ask } = await enter(it);
    const question = { title: '提交申请？', message: '提交后不能修改', ok: '提交', cancel: '再想想' };
    const answer = ask('ui.confirm', question);
    const dialog = await dialogOf(it);
    expect(dialog.getAttribute('aria-label')).toBe('提交申请？');
    expect(dialog.textContent).toContain('提交后不能修改');
    press(dialog, label);
    await expect(answer).resolves.toBe(outcome);
    expect(it.drawn().querySelector('dialog')).toBeNull();
  });

  it('takes Escape for no', async () => {
    const it = room();
    const { ask } = await enter(it);
    const answer = ask('ui.confirm', { title: '提交申请？' });
    ((await dialogOf(it)) as HTMLDialogElement).close();
    await expect(answer).resolves.toBe(false);
  });

  it('takes the question away when the page gives up', async () => {
    const it = room();
    const { ask, frames } = await enter(it);
    const stop = new AbortController();
    ask('ui.confirm', { title: '提交申请？' }, stop.signal);
    await dialogOf(it);
    stop.abort();
    await until(() => it.drawn().querySelector('dialog') === null);
    await ask('ui.toast', { text: '好' });
    expect(frames.filter(({ ok }) => ok === 1)).toHaveLength(1);
  });

  it('asks in the words of an old browser, which has no dialogs and no sheet', async () => {
    const confirm = vi.fn(() => true);
    const { ask, ack } = await enter(room({ window: { HTMLDialogElement: undefined, confirm } }));
    await expect(ask('ui.confirm', { title: '提交申请？', message: '不能修改' })).resolves.toBe(true);
    expect(confirm).toHaveBeenCalledExactlyOnceWith('提交申请？\n不能修改');
    expect(ack.caps).not.toContain('ui.sheet');
  });

  it.each([
    ['按年查询', 'year'],
    ['取消', null],
  ])('lets a person choose: %s gives %j', async (label, id) => {
    const it = room();
    const { ask } = await enter(it);
    const actions = [
      { id: 'year', label: '按年查询' },
      { id: 'drop', label: '删除记录', danger: true },
    ];
    const answer = ask('ui.sheet', { title: '怎样查询', actions });
    const dialog = await dialogOf(it);
    expect(dialog.querySelector('.danger')?.textContent).toBe('删除记录');
    press(dialog, label);
    await expect(answer).resolves.toBe(id);
  });

  it('is no place for markup: texts stay texts', async () => {
    const it = room();
    const { ask } = await enter(it);
    const answer = ask('ui.confirm', { title: '<img src=x onerror=alert(1)>' });
    const dialog = await dialogOf(it);
    expect(dialog.querySelector('img')).toBeNull();
    press(dialog, '确定');
    await answer;
  });

  it('keeps no style where a policy forbids it', async () => {
    const it = room();
    const { ask } = await enter(it);
    await ask('ui.toast', { text: '好' });
    expect(it.drawn().querySelector('style, [style]')).toBeNull();
    expect(it.drawn().adoptedStyleSheets).toHaveLength(1);
  });

  it('speaks the language of the page', async () => {
    const it = room();
    it.here.document.documentElement.lang = 'en-GB';
    const { ask } = await enter(it);
    await ask('ui.loading', { on: true });
    expect(it.drawn().querySelector('.loading')?.textContent).toBe('Loading…');
  });
});

describe('what means nothing', () => {
  it.each([
    ['ui.title', {}],
    ['ui.toast', { text: ' ' }],
    ['ui.confirm', { message: '没有标题' }],
    ['ui.sheet', { actions: [] }],
    ['ui.sheet', { actions: [{ id: 'a' }] }],
    ['open', { service: 5 }],
    ['phone', null],
  ])('is refused: %s %j', async (method, params) => {
    const { ask } = await enter(room());
    await expect(ask(method, params)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('does not end the adapter when the browser throws', async () => {
    const it = room();
    it.around.go = () => {
      throw new Error('not from here');
    };
    const { ask } = await enter(it);
    await expect(ask('phone', { number: '12345' })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(ask('ui.toast', { text: '好' })).resolves.toBeUndefined();
  });
});

describe('going elsewhere', () => {
  it('opens another service in the app', async () => {
    const it = room();
    const { ask } = await enter(it);
    await ask('open', { service: 'appointments', path: '/sites?near=me' });
    await ask('open', { service: 'a/../b' });
    expect(it.went).toEqual([
      'https://city.example/s/appointments?path=%2Fsites%3Fnear%3Dme',
      'https://city.example/s/a%2F..%2Fb',
    ]);
  });

  it('hands a number to the device, with nothing in it that is none', async () => {
    const it = room();
    const { ask } = await enter(it);
    await expect(ask('phone', { number: '(021) 123-45' })).resolves.toEqual({ called: true });
    await expect(ask('phone', { number: '1;//evil.example' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(it.went).toEqual(['tel:02112345']);
  });

  it('closes to where the resident came from', async () => {
    const back = vi.fn();
    const { ask } = await enter(room({ window: { history: { length: 2, back }, close: () => {} } }));
    await ask('ui.close', undefined);
    expect(back).toHaveBeenCalledTimes(1);
  });

  it('closes a window that a page opened', async () => {
    const it = room({
      window: { opener: {}, history: { length: 1, back: () => expect.unreachable() }, closed: false },
    });
    define(it.here, { close: () => define(it.here, { closed: true }) });
    const { ask } = await enter(it);
    await expect(ask('ui.close', undefined)).resolves.toBeUndefined();
  });

  it('cannot close a tab of its own, and says so before', async () => {
    const { ack } = await enter(room({ window: { opener: null, history: { length: 1 } } }));
    expect(ack.caps).not.toContain('ui.close');
  });

  it('offers the app to a page that wants it, with the path that the page then has', async () => {
    const it = room({ wish: 'app' });
    await enter(it);
    const link = it.drawn().querySelector('a') as HTMLAnchorElement;
    expect(link.textContent).toBe('在城市应用中打开');
    expect(link.href).toBe('https://city.example/s/queries?path=%2Ffund.html%3Fyear%3D2026%23top');
    it.here.location.hash = '#end';
    link.addEventListener('click', (event) => event.preventDefault());
    link.click();
    expect(link.href).toContain('%23end');
    expect(it.went).toEqual([]);
    press(it.drawn(), '关闭');
    expect(it.drawn().querySelector('a')).toBeNull();
  });

  it.each([
    ['no wish', {}, 0],
    ['a wish without a city', { wish: 'app', place: null }, 0],
    ['a city of its own choosing', { wish: 'https://other.example/x', place: null }, 1],
  ])('with %s shows %#', async (_, furniture, banners) => {
    const it = room(furniture);
    const { ask } = await enter(it);
    await ask('ui.toast', { text: '好' });
    expect(it.drawn().querySelectorAll('.banner')).toHaveLength(banners);
  });
});

describe('the back button', () => {
  /** The history of a browser, as far as entries and their states go. */
  function history() {
    const entries: unknown[] = [{}];
    return {
      entries,
      length: 2,
      get state() {
        return entries.at(-1);
      },
      pushState: (state: unknown) => entries.push(state),
      back: vi.fn(() => void entries.pop()),
    };
  }

  it('tells the page instead of leaving, as often as it is pressed, while the page wants that', async () => {
    const past = history();
    const it = room({ window: { history: past } });
    const { ask, events } = await enter(it);
    const press = (): void => {
      past.entries.pop();
      it.here.dispatchEvent(new it.here.PopStateEvent('popstate'));
    };
    await ask('ui.back', { on: true });
    press();
    press();
    await until(() => events.length === 2);
    expect(events).toEqual([
      ['back', undefined],
      ['back', undefined],
    ]);
    await ask('ui.back', { on: false });
    expect(past.back).toHaveBeenCalledTimes(1);
    expect(past.entries).toHaveLength(1);
  });

  it('leaves the page’s own entries to its router', async () => {
    const past = history();
    const it = room({ window: { history: past } });
    const { ask, events } = await enter(it);
    await ask('ui.back', { on: true });
    past.pushState({ route: 2 });
    past.entries.pop();
    it.here.dispatchEvent(new it.here.PopStateEvent('popstate'));
    await ask('ui.toast', { text: '好' });
    expect(events).toEqual([]);
    expect(past.entries).toHaveLength(2);
  });
});

describe('what is around the page', () => {
  it('comes as events', async () => {
    const it = room();
    const { events, ask } = await enter(it);
    define(it.here.document, { hidden: true });
    it.here.document.dispatchEvent(new it.here.Event('visibilitychange'));
    define(it.here.document, { hidden: false });
    it.here.document.dispatchEvent(new it.here.Event('visibilitychange'));
    it.here.dispatchEvent(new it.here.Event('pagehide'));
    await ask('ui.toast', { text: '好' });
    expect(events.map(([ev]) => ev)).toEqual(['hidden', 'shown', 'unloaded']);
  });

  it('comes with what it is now', async () => {
    const queries = new Map<string, { matches: boolean; tell(): void }>();
    const matchMedia = (query: string) => {
      const known = queries.get(query);
      if (known)
        return { ...known, addEventListener: (_: string, then: () => void) => Object.assign(known, { tell: then }) };
      queries.set(query, { matches: false, tell: () => {} });
      return matchMedia(query);
    };
    const { events, ask } = await enter(room({ window: { matchMedia } }));
    for (const query of queries.values()) Object.assign(query, { matches: true }).tell();
    await ask('ui.toast', { text: '好' });
    expect(events).toContainEqual(['theme', { mode: 'dark' }]);
    expect(events).toContainEqual(['a11y', { reducedMotion: true, moreContrast: true, textScale: 1 }]);
  });
});
