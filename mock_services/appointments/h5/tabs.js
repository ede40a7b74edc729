import { el, icon } from './dom.js';
import { word } from './words.js';

/** The two main screens, at the bottom. */
export function drawTabs(nav, current) {
  const tab = (name, href, shape, text, testid) =>
    el('a', { href, 'data-testid': testid, 'aria-current': name === current ? 'page' : undefined }, icon(shape), text);
  nav.setAttribute('aria-label', word('tabs'));
  nav.replaceChildren(
    tab('book', '#/', 'calendar', word('tabBook'), 'tab-book'),
    tab('mine', '#/bookings', 'list', word('tabMine'), 'my-bookings'),
  );
}
