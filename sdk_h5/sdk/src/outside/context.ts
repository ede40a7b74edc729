import type { Accessibility, Context, Theme } from '../wire.js';
import type { Emit } from './serve.js';
import type { Here } from './surroundings.js';
import { pathOf, type Whereabouts } from './whereabouts.js';
import { localeOf } from './words.js';

const DARK = '(prefers-color-scheme: dark)';
const STILL = '(prefers-reduced-motion: reduce)';
const CONTRAST = '(prefers-contrast: more)';

/** The best that a browser knows about where the page runs. Nobody has chosen elder mode here. */
export function contextOf(here: Here, { service }: Whereabouts, place: string): Context {
  return {
    service,
    locale: localeOf(here),
    theme: themeOf(here),
    elder: false,
    host: { name: place, version: '1.0.0' },
    launch: { path: pathOf(here) },
    a11y: helpOf(here),
  };
}

/** Tells the page, as the app would, what changes around it. */
export function follow(here: Here, emit: Emit): void {
  const { document } = here;
  const watch = (query: string, tell: () => void): void => here.matchMedia(query).addEventListener('change', tell);
  const help = (): void => emit('a11y', helpOf(here));
  watch(DARK, () => emit('theme', { mode: themeOf(here) }));
  watch(STILL, help);
  watch(CONTRAST, help);
  document.addEventListener('visibilitychange', () => emit(document.hidden ? 'hidden' : 'shown'));
  here.addEventListener('pagehide', () => emit('unloaded'));
}

function themeOf(here: Here): Theme {
  return here.matchMedia(DARK).matches ? 'dark' : 'light';
}

function helpOf(here: Here): Accessibility {
  const size = Number.parseFloat(here.getComputedStyle(here.document.documentElement).fontSize);
  return {
    reducedMotion: here.matchMedia(STILL).matches,
    moreContrast: here.matchMedia(CONTRAST).matches,
    textScale: size / 16 || 1,
  };
}
