import type { Core } from './core.js';

/** As in the app. Every text has 4.5:1 at least on both grounds (WCAG 2.2, 1.4.3); an edge 3:1 (1.4.11). */
export const COLOURS = {
  light: {
    bg: '#f4f6fa',
    surface: '#ffffff',
    text: '#16202e',
    muted: '#566377',
    edge: '#7d8a9c',
    accent: '#1565d8',
    'on-accent': '#ffffff',
    danger: '#c22f2f',
    good: '#16744a',
  },
  dark: {
    bg: '#0e131a',
    surface: '#171e28',
    text: '#e8edf4',
    muted: '#a5b1c2',
    edge: '#75849a',
    accent: '#6ea8fe',
    'on-accent': '#0a1a30',
    danger: '#ff8f87',
    good: '#6fd3a0',
  },
};

/** The ministry's norm for elder mode: text 18 at least where it is 16 otherwise, targets of 60, lines of 1.3. */
const SIZES = { text: 1.25, line: '1.6', target: '60px' };
const USUAL = { text: 1, line: '1.5', target: '44px' };

/**
 * Keeps an element in the app's language, theme and size of type, by attributes and by variables that are set through
 * the CSSOM, for the policy of mini-services forbids style attributes. Gives the function that ends it.
 */
export function follow(city: Core, root: HTMLElement): () => void {
  function draw(): void {
    const { theme = 'light', elder = false, locale, a11y } = city.context ?? {};
    const { text, line, target } = elder ? SIZES : USUAL;
    const colours = COLOURS[theme];
    // What is faint otherwise is as strong as the text.
    const strong = (elder || a11y?.moreContrast) && { muted: colours.text, edge: colours.text };
    const values = {
      'text-scale': `${Math.max(text, a11y?.textScale ?? 1)}`,
      line,
      target,
      ...colours,
      ...strong,
    };
    if (locale) root.lang = locale;
    root.dataset.theme = theme;
    root.dataset.elder = `${elder}`;
    root.style.colorScheme = theme;
    for (const [name, value] of Object.entries(values)) root.style.setProperty(`--onecity-${name}`, value);
  }

  draw();
  city.ready().then(draw, () => {});
  const stops = (['theme', 'locale', 'elder', 'a11y'] as const).map((event) => city.on(event, draw));
  return () => {
    for (const stop of stops) stop();
  };
}
