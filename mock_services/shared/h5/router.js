import { city } from '/sdk/v1/onecity.js';
import { backLink, failure, skeleton } from './parts.js';
import { word } from './words.js';

/**
 * Shows the screen that belongs to the address after `#`.
 *
 * A screen is { pattern, title(data), load(params, signal), view(data, tools) }. While it loads there is a skeleton,
 * when it fails a retry. Leaving a screen aborts its signal, and with it its calls and timers.
 */
export function createRouter(place, screens, onShow) {
  let leave = new AbortController();
  let shown = () => {};

  async function show() {
    leave.abort();
    leave = new AbortController();
    const { signal } = leave;
    const { screen, params } = match(screens, location.hash);
    shown = () => {};
    onShow(screen);
    place.replaceChildren(skeleton());
    place.setAttribute('aria-busy', 'true');
    try {
      const data = await screen.load(params, signal);
      if (signal.aborted) return;
      let current = data;
      shown = () => draw(place, screen, current, { signal, reload: show, redraw });
      const redraw = (next) => {
        current = next;
        shown();
        focusHeading(place);
      };
      redraw(data);
      scrollTo(0, 0);
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(backLink('#/', word('home')), failure(error, show));
    } finally {
      if (!signal.aborted) place.removeAttribute('aria-busy');
    }
  }

  addEventListener('hashchange', show);
  return { start: show, redraw: () => shown() };
}

function draw(place, screen, data, tools) {
  place.replaceChildren(...[screen.view(data, tools)].flat());
  city.ui.title(screen.title(data)).catch(() => {}); // A host without a title bar is no reason to stop.
}

function match(screens, hash) {
  const path = hash.replace(/^#/, '') || '/';
  for (const screen of screens) {
    const found = screen.pattern.exec(path);
    if (found) return { screen, params: { ...found.groups } };
  }
  return { screen: screens[0], params: {} };
}

function focusHeading(place) {
  place.querySelector('h1')?.focus({ preventScroll: true });
}
