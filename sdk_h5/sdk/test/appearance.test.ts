import { describe, expect, it, vi } from 'vitest';
import { COLOURS } from '../src/appearance.js';
import type { Context } from '../src/wire.js';
import { CONTEXT } from './acks.js';
import { passing, scriptedCity } from './scripted.js';
import { as } from './windows.js';

/** An element as far as the SDK touches it: `values` is what the CSSOM was told. */
function element() {
  const values: Record<string, string> = {};
  const style = { colorScheme: '', setProperty: (name: string, value: string) => (values[name] = value) };
  return { lang: '', dataset: {} as Record<string, string>, style, values };
}

async function dressed(more: Partial<Context> = {}) {
  const stage = scriptedCity({}, undefined, { ...CONTEXT, ...more });
  const root = element();
  const stop = stage.city.appearance(as<HTMLElement>(root));
  await vi.waitFor(() => expect(root.lang).toBe('zh-CN'));
  return { ...stage, root, stop };
}

describe('the appearance', () => {
  it('is the app’s: language, theme and size of type, as attributes and as variables', async () => {
    const { root, port } = await dressed();
    expect(root.dataset).toEqual({ theme: 'light', elder: 'false' });
    expect(root.values).toMatchObject({
      '--onecity-text-scale': '1',
      '--onecity-line': '1.5',
      '--onecity-target': '44px',
      '--onecity-text': COLOURS.light.text,
      '--onecity-muted': COLOURS.light.muted,
    });
    port.close();
  });

  it('follows the app until it is ended', async () => {
    const { root, port, stop } = await dressed();
    port.postMessage({ ev: 'theme', p: { mode: 'dark' } });
    port.postMessage({ ev: 'locale', p: { locale: 'en' } });
    port.postMessage({ ev: 'elder', p: { on: true } });
    await vi.waitFor(() => expect(root.dataset).toEqual({ theme: 'dark', elder: 'true' }));
    expect(root.lang).toBe('en');
    expect(root.style.colorScheme).toBe('dark');
    expect(root.values).toMatchObject({ '--onecity-bg': COLOURS.dark.bg, '--onecity-target': '60px' });
    stop();
    await passing();
    port.postMessage({ ev: 'theme', p: { mode: 'light' } });
    await passing();
    expect(root.dataset.theme).toBe('dark');
    port.close();
  });

  it('takes a size of type and a wish for contrast from the resident’s settings', async () => {
    const a11y = { reducedMotion: false, moreContrast: true, textScale: 1.5 };
    const { root, port, city } = await dressed({ a11y });
    expect(root.values).toMatchObject({ '--onecity-text-scale': '1.5', '--onecity-muted': COLOURS.light.text });
    port.postMessage({ ev: 'a11y', p: { ...a11y, moreContrast: false, textScale: 1 } });
    await vi.waitFor(() => expect(root.values['--onecity-muted']).toBe(COLOURS.light.muted));
    expect(city.context?.a11y).toEqual({ ...a11y, moreContrast: false, textScale: 1 });
    port.close();
  });

  it('meets the ministry’s norm in elder mode', async () => {
    const { root, port } = await dressed({ elder: true });
    expect(Number(root.values['--onecity-text-scale']) * 16).toBeGreaterThanOrEqual(18);
    expect(Number(root.values['--onecity-line'])).toBeGreaterThanOrEqual(1.3);
    expect(root.values['--onecity-target']).toBe('60px');
    expect(root.values['--onecity-muted']).toBe(root.values['--onecity-text']);
    port.close();
  });
});

describe.each(['light', 'dark'] as const)('the %s colours', (theme) => {
  const colours = COLOURS[theme];
  const grounds = [colours.bg, colours.surface];
  it.each(['text', 'muted', 'accent', 'danger', 'good'] as const)('show %s at 4.5:1 or more', (name) => {
    for (const ground of grounds) expect(contrast(colours[name], ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('show what is on the accent at 4.5:1 or more, and edges at 3:1', () => {
    expect(contrast(colours['on-accent'], colours.accent)).toBeGreaterThanOrEqual(4.5);
    for (const ground of grounds) expect(contrast(colours.edge, ground)).toBeGreaterThanOrEqual(3);
  });
});

/** WCAG 2.2, “contrast ratio”. */
function contrast(one: string, other: string): number {
  const [bright = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
