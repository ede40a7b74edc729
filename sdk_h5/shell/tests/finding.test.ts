import { afterEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import type { Router } from 'vue-router';
import { useAloud, voiceFor } from '@/state/aloud';
import { findTitle, tilesFor, useFound } from '@/state/finding';
import { focusMain, followPages } from '@/state/focus';
import { preferences } from '@/state/preferences';
import { forgetSearches, rememberSearch, searched } from '@/state/search';
import { network, service, text } from './stubs';

afterEach(() => vi.unstubAllGlobals());

describe('recent searches', () => {
  it('are six, each once, the newest first, in memory and nowhere else', () => {
    for (const said of ['a', 'b', ' a ', '', 'c', 'd', 'e', 'f', 'g']) rememberSearch(said);
    expect(searched.items).toEqual(['g', 'f', 'e', 'd', 'c', 'a']);
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
    forgetSearches();
    expect(searched.items).toEqual([]);
  });
});

describe('the four tiles', () => {
  it.each<[string, string[], string[]]>([
    [
      'all kinds',
      ['appointment', 'query', 'complaint', 'licence', 'payment'],
      ['book', 'query', 'complain', 'licences'],
    ],
    ['few', ['query', 'licence'], ['query', 'licences', 'inbox', 'all']],
    ['matters', ['matter', 'payment', 'news'], ['book', 'pay', 'inbox', 'all']],
    ['none', [], ['inbox', 'all']],
  ])('lead to what is live: %s', (_name, kinds, tiles) => {
    const services = kinds.map((kind) => service(kind, { kind }));
    expect(tilesFor(services).map(({ id }) => id)).toEqual(tiles);
  });
});

describe('finding', () => {
  const one = (id: string) => ({ body: { items: [service(id)], next: null } });

  it.each<[string, string, string[], string]>([
    ['kind', 'book', ['appointment', 'matter'], '办事预约'],
    ['life', 'birth', ['born'], '生育'],
    ['department', 'tax', ['taxes'], '税务局'],
    ['category', 'health', ['clinic'], '健康'],
    ['all', '', ['every'], '全部服务'],
    ['kind', 'constructor', [], '找服务'],
    ['planet', 'mars', [], '找服务'],
  ])('by %s %s', async (by, id, services, title) => {
    network({
      'GET /api/v1/services?kind=appointment&limit=100': one('appointment'),
      'GET /api/v1/services?kind=matter&limit=100': one('matter'),
      'GET /api/v1/services?life_event=birth&limit=100': one('born'),
      'GET /api/v1/services?department=tax&limit=100': one('taxes'),
      'GET /api/v1/services?category=health&limit=100': one('clinic'),
      'GET /api/v1/services?limit=100': one('every'),
      'GET /api/v1/life-events': { body: { items: [{ id: 'birth', name: text('生育'), count: 1 }] } },
      'GET /api/v1/departments': { body: { items: [{ id: 'tax', name: text('税务局'), count: 1 }] } },
      'GET /api/v1/categories': { body: { items: [{ id: 'health', name: text('健康'), count: 1 }] } },
    });
    const { data, load } = useFound(by, id);
    await load();
    expect(data.value?.services.map((found) => found.id)).toEqual(services);
    expect(findTitle(by, id, data.value)).toBe(title);
  });
});

describe('reading aloud', () => {
  it.each([
    ['zh-CN', ['en-US', 'zh-HK', 'zh_CN'], 'zh_CN'],
    ['zh-CN', ['cmn-Hans-CN'], 'cmn-Hans-CN'],
    ['zh-CN', ['zh-HK', 'en'], undefined],
    ['en', ['zh-CN', 'en-GB'], 'en-GB'],
    ['en', ['enm'], undefined],
  ] as const)('in %s with %j is done by %s', (locale, voices, found) => {
    expect(
      voiceFor(
        locale,
        voices.map((lang) => ({ lang })),
      )?.lang,
    ).toBe(found);
  });

  it('starts when a voice is there, ends with the words or the page, and is not offered before', () => {
    class Utterance {
      rate = 1;
      constructor(readonly text: string) {}
    }
    vi.stubGlobal('SpeechSynthesisUtterance', Utterance);
    const voices: { lang: string }[] = [];
    const speech = Object.assign(new EventTarget(), { getVoices: () => [...voices], speak: vi.fn(), cancel: vi.fn() });
    const scope = effectScope();
    const aloud = scope.run(() => useAloud(() => '你好', speech as unknown as SpeechSynthesis)) ?? expect.fail();
    preferences.locale = 'zh-CN';
    aloud.toggle();
    expect([aloud.able.value, speech.speak.mock.calls.length]).toEqual([false, 0]);
    voices.push({ lang: 'zh-CN' });
    speech.dispatchEvent(new Event('voiceschanged'));
    aloud.toggle();
    const [said] = speech.speak.mock.calls[0] ?? expect.fail();
    expect([aloud.able.value, aloud.reading.value, said.text, said.lang]).toEqual([true, true, '你好', 'zh-CN']);
    said.onend();
    expect(aloud.reading.value).toBe(false);
    aloud.toggle();
    speech.cancel.mockClear();
    scope.stop();
    expect([aloud.reading.value, speech.cancel.mock.calls.length]).toEqual([false, 1]);
  });
});

describe('the focus', () => {
  const landed = (router: Pick<Router, 'afterEach'>) => {
    let hook: Parameters<Router['afterEach']>[0] = () => undefined;
    followPages({ ...router, afterEach: (given: typeof hook) => (hook = given) } as unknown as Router);
    return (to: string, from: string, first = false) =>
      hook({ path: to } as never, { path: from, matched: first ? [] : [{}] } as never, undefined);
  };
  const page = '<main><h1>题</h1><input></main>';

  it('goes to the heading of a new page, unless the page took it', async () => {
    document.body.innerHTML = page;
    const go = landed({ afterEach: vi.fn() });
    await go('/me', '/', true);
    expect(document.activeElement).toBe(document.body);
    await go('/me', '/');
    expect(document.activeElement?.tagName).toBe('H1');
    document.querySelector('input')?.focus();
    await go('/inbox', '/me');
    expect(document.activeElement?.tagName).toBe('INPUT');
  });

  it('skips to the content', () => {
    document.body.innerHTML = page;
    focusMain();
    expect(document.activeElement?.tagName).toBe('MAIN');
  });
});
