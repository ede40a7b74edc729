import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/client';
import { fill, localised, t } from '@/i18n';
import { en } from '@/i18n/en';
import { describe as describeProblem } from '@/i18n/problems';
import { dayName, shortTime } from '@/i18n/times';
import { type MessageKey, zh } from '@/i18n/zh';
import { preferences } from '@/state/preferences';

const keys = Object.keys(zh) as MessageKey[];
const wordsIn = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

beforeEach(() => {
  preferences.locale = 'zh-CN';
});

describe('the two tables', () => {
  it('have the same sentences', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it.each(keys)('say %s in both languages with the same words to fill in', (key) => {
    expect(zh[key].trim()).not.toBe('');
    expect(en[key].trim()).not.toBe('');
    expect(wordsIn(en[key])).toEqual(wordsIn(zh[key]));
  });

  it('hold no Chinese in English', () => {
    expect(keys.filter((key) => /\p{Script=Han}/u.test(en[key]))).toEqual([]);
  });
});

describe('a sentence', () => {
  it('follows the language', () => {
    expect(t('tab.home')).toBe('首页');
    preferences.locale = 'en';
    expect(t('tab.home')).toBe('Home');
  });

  it('is Chinese until the English came', async () => {
    vi.resetModules();
    const fresh = await import('@/i18n');
    const own = await import('@/state/preferences');
    own.preferences.locale = 'en';
    expect(fresh.t('tab.home')).toBe('首页');
    await fresh.followLanguage();
    expect(fresh.t('tab.home')).toBe('Home');
  });

  it('keeps a word that nobody gave', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  });

  it('of the server falls back to Chinese', () => {
    preferences.locale = 'en';
    expect(localised({ 'zh-CN': '市民政局' })).toBe('市民政局');
    expect(localised({ 'zh-CN': '市民政局', en: 'Civil Affairs' })).toBe('Civil Affairs');
    expect(localised(null)).toBe('');
  });
});

describe('a problem in words', () => {
  it.each([
    ['our own words with the number', new ApiProblem('wrong-code', 401, 'x', { tries_left: 3 }), '还可以试 3 次'],
    ['the words of the server without the number', new ApiProblem('wrong-code', 401, '再试一次'), '再试一次'],
    ['our own words', new ApiProblem('offline', 0, ''), '检查网络'],
    ['the words of the server', new ApiProblem('hold-expired', 409, '号源已释放'), '号源已释放'],
    ['a general sentence', new ApiProblem('http-502', 502, ''), '出了点问题'],
    ['a general sentence for a bug', new Error('undefined is not a function'), '出了点问题'],
  ])('is %s', (_name, error, words) => {
    expect(describeProblem(error)).toContain(words);
  });
});

describe('a day', () => {
  const now = new Date(2026, 4, 10, 9);
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();

  it.each([
    ['today', at(2026, 4, 10, 0), '今天'],
    ['yesterday', at(2026, 4, 9, 23), '昨天'],
    ['this year', at(2026, 3, 1, 12), '4月1日'],
    ['another year', at(2025, 11, 31, 12), '2025年12月31日'],
  ])('is named: %s', (_name, when, name) => {
    expect(dayName(when, now)).toBe(name);
  });

  it('gives way to the time when it is today', () => {
    expect(shortTime(at(2026, 4, 10, 8), now)).toBe('08:00');
    expect(shortTime(at(2026, 4, 9, 8), now)).toBe('昨天');
  });
});
