import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { mode, parsePreferences, preferences, startPreferences, textScale } from '@/state/preferences';

describe('what is kept of the preferences', () => {
  it('is taken when it is sound', () => {
    const kept = { locale: 'en', theme: 'dark', elder: true, text: 'largest', chosen: true };
    expect(parsePreferences(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, '', '{', 'null', '7', '[]', '{"locale":"fr","theme":"pink","elder":"yes","text":"99px"}'])(
    'is replaced by the defaults when it is %s',
    (stored) =>
      expect(parsePreferences(stored)).toEqual({
        locale: 'zh-CN',
        theme: 'auto',
        elder: false,
        text: 'large',
        chosen: false,
      }),
  );
});

describe('the document', () => {
  beforeEach(() => {
    localStorage.clear();
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: vi.fn() }));
  });

  it('wears the preferences, and only these five are stored', async () => {
    const root = document.createElement('div');
    startPreferences(root);
    expect([root.lang, root.dataset.theme, root.hasAttribute('data-elder')]).toEqual(['zh-CN', 'dark', false]);
    Object.assign(preferences, { locale: 'en', theme: 'light', elder: true });
    await nextTick();
    expect([root.lang, root.dataset.theme, root.hasAttribute('data-elder')]).toEqual(['en', 'light', true]);
    expect(mode()).toBe('light');
    preferences.text = 'largest';
    await nextTick();
    expect([root.dataset.text, textScale()]).toEqual(['largest', 30 / 16]);
    preferences.elder = false;
    expect(textScale()).toBe(1);
    const stored = JSON.parse(localStorage.getItem('onecity-preferences') ?? '{}');
    expect(Object.keys(stored).sort()).toEqual(['chosen', 'elder', 'locale', 'text', 'theme']);
    expect(localStorage.length).toBe(1);
  });
});
