import { city } from '/sdk/v1/onecity.js';
import { announce } from '../announce.js';
import { cancelBooking, listBookings, newKey } from '../bookings-api.js';
import { period } from '../dates.js';
import { el } from '../dom.js';
import { busy, empty, heading } from '../parts.js';
import { statusBadge, statusOf } from '../status.js';
import { explain, local, word } from '../words.js';
import { askToCancel } from './booking.js';

/** Everything this resident booked. */
export const bookings = {
  tab: 'mine',
  pattern: /^\/bookings$/,
  title: () => word('mine'),
  load: (_, signal) => listBookings(undefined, signal),
  view(page, tools) {
    const live = page.items.filter(isLive).sort((one, other) => one.starts_at.localeCompare(other.starts_at));
    const earlier = page.items.filter((booking) => !isLive(booking));
    const start = el('a', { class: 'button primary', href: '#/' }, word('bookNow'));
    return [
      heading(word('mine')),
      page.items.length === 0 && el('div', { class: 'section' }, empty('calendar', word('noBookings'), start)),
      group(word('upcoming'), live, page, tools),
      group(word('earlier'), earlier, page, tools),
      page.next && moreButton(page, tools),
    ].filter(Boolean);
  },
};

const isLive = (booking) => ['held', 'confirmed'].includes(statusOf(booking));

const group = (name, items, page, tools) =>
  items.length > 0 &&
  el('section', { class: 'section' }, el('h2', {}, name), el('ul', { class: 'stack' }, items.map((item) => card(item, page, tools))));

const card = (booking, page, tools) =>
  el(
    'li',
    { class: 'card booking', 'data-testid': `booking-${booking.id}` },
    el(
      'a',
      { class: 'plain', href: `#/bookings/${booking.id}` },
      el('span', { class: 'split' }, el('b', {}, local(booking.service.name)), statusBadge(booking)),
      el('span', {}, period(booking.starts_at, booking.ends_at)),
      el('span', { class: 'muted' }, local(booking.site.name)),
      booking.number && el('span', { class: 'muted' }, `${word('number')} ${booking.number}`),
    ),
    isLive(booking) && cancelRow(booking, page, tools),
  );

function cancelRow(booking, page, { redraw, signal }) {
  const key = newKey();
  const note = el('div', { class: 'note', role: 'alert' });
  const cancel = async () => {
    note.replaceChildren();
    if (!(await askToCancel())) return;
    try {
      const cancelled = await cancelBooking(booking.id, key, word('cancel'));
      announce(word('cancelled'));
      city.ui.toast(word('cancelled')).catch(() => {}); // The list says it as well.
      const items = page.items.map((item) => (item.id === cancelled.id ? cancelled : item));
      if (!signal.aborted) redraw({ ...page, items });
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const button = el('button', { class: 'button danger', type: 'button', 'data-testid': `cancel-${booking.id}` }, word('cancel'));
  button.addEventListener('click', () => busy(button, cancel));
  return el('div', {}, note, el('div', { class: 'actions' }, button));
}

function moreButton(page, { redraw, signal }) {
  const more = async () => {
    const next = await listBookings(page.next, signal);
    redraw({ items: [...page.items, ...next.items], next: next.next });
  };
  const button = el('button', { class: 'button wide section', type: 'button', 'data-testid': 'more' }, word('more'));
  button.addEventListener('click', () => busy(button, () => more().catch((error) => announce(explain(error)))));
  return button;
}
