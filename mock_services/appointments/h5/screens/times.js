import { announce } from '../announce.js';
import { holdSlot, listDays, listServices, listSlots, newKey } from '../bookings-api.js';
import { clockTime, stripDay } from '../dates.js';
import { el } from '../dom.js';
import { backLink, busy, empty, failure, heading, skeleton } from '../parts.js';
import { explain, local, word } from '../words.js';

/** When suits you? Tapping a time holds it. */
export const times = {
  tab: 'book',
  pattern: /^\/services\/(?<service>[\w-]+)\/sites\/(?<site>[\w-]+)$/,
  title: () => word('chooseTime'),
  async load({ service, site }, signal) {
    const [all, calendar] = await Promise.all([listServices(signal), listDays(site, service, signal)]);
    return { service: all.find(({ id }) => id === service), site: calendar.site, days: calendar.items, chosen: undefined };
  },
  view(data, { signal, redraw }) {
    const { service, site, days } = data;
    data.chosen ??= days.find(({ free }) => free > 0)?.date;
    const slots = el('div', { class: 'section' });
    const choose = (date) => {
      data.chosen = date;
      mark(strip, date);
      showSlots(slots, data, { signal, redraw });
    };
    const strip = el('div', { class: 'strip', role: 'group', 'aria-label': word('days') }, days.map((day) => dayButton(day, choose)));
    if (data.chosen) choose(data.chosen);
    else slots.replaceChildren(empty('calendar', word('noDays')));
    return [
      backLink(`#/services/${service.id}`, word('back')),
      heading(local(service.name)),
      el('p', { class: 'muted' }, `${local(site.name)} · ${local(site.address)}`),
      strip,
      slots,
    ];
  },
};

function dayButton({ date, open, free }, choose) {
  const { weekday, day } = stripDay(date);
  return el(
    'button',
    {
      class: free ? 'day' : 'day none',
      type: 'button',
      disabled: !free,
      onclick: () => choose(date),
      'data-testid': `day-${date}`,
      'data-date': date,
    },
    el('span', {}, weekday),
    el('b', {}, day),
    el('span', { class: 'left' }, open ? countLeft(free) : word('shut')),
  );
}

const countLeft = (free) => (free ? word('free', { n: free }) : word('full'));

function mark(strip, date) {
  for (const button of strip.children) {
    const chosen = button.dataset.date === date;
    button.setAttribute('aria-pressed', String(chosen));
    if (chosen) requestAnimationFrame(() => button.scrollIntoView({ block: 'nearest', inline: 'center' }));
  }
}

async function showSlots(place, data, tools) {
  const { service, site, chosen } = data;
  place.replaceChildren(skeleton());
  try {
    const items = await listSlots(site.id, service.id, chosen, tools.signal);
    if (data.chosen !== chosen || tools.signal.aborted) return;
    place.replaceChildren(...slotList(items, () => showSlots(place, data, tools)));
    announce(items.some(({ free }) => free) ? word('times') : word('noTimes'));
  } catch (error) {
    const stillHere = data.chosen === chosen && !tools.signal.aborted;
    if (stillHere) place.replaceChildren(failure(error, () => showSlots(place, data, tools)));
  }
}

function slotList(items, reload) {
  const note = el('div', { class: 'note', role: 'alert' });
  if (!items.some(({ free }) => free)) return [empty('calendar', word('noTimes'))];
  return [
    el('h2', {}, word('times')),
    note,
    el('ul', { class: 'slots' }, items.map((slot) => el('li', {}, slotButton(slot, note, reload)))),
  ];
}

function slotButton(slot, note, reload) {
  const button = el(
    'button',
    {
      class: 'slot',
      type: 'button',
      disabled: !slot.free,
      onclick: () => busy(button, () => hold(slot, newKey(), note, reload)),
      'data-testid': `slot-${slot.id}`,
    },
    el('b', {}, clockTime(slot.starts_at)),
    el('span', {}, slot.past ? word('past') : countLeft(slot.free)),
  );
  return button;
}

async function hold(slot, key, note, reload) {
  note.replaceChildren();
  try {
    const { id } = await holdSlot(slot.id, key);
    location.hash = `#/bookings/${id}`;
  } catch (error) {
    note.replaceChildren(...refusal(error, () => hold(slot, key, note, reload), reload));
  }
}

/** Why the time could not be had, and what can be done: see the other booking, choose anew, or try the same again. */
function refusal(error, again, reload) {
  const said = el('p', {}, explain(error));
  if (error.problem?.booking_id) {
    return [said, el('a', { class: 'button', href: `#/bookings/${error.problem.booking_id}` }, word('existing'))];
  }
  const retry = error.status === 409 ? reload : again;
  return [said, el('button', { class: 'button', type: 'button', onclick: retry, 'data-testid': 'retry' }, word('retry'))];
}
