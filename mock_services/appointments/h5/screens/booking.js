import { city } from '/sdk/v1/onecity.js';
import { announce } from '../announce.js';
import { cancelBooking, confirmBooking, getBooking, newKey } from '../bookings-api.js';
import { period, remaining } from '../dates.js';
import { el, icon } from '../dom.js';
import { backLink, busy, heading } from '../parts.js';
import { statusOf, statusBadge } from '../status.js';
import { explain, local, word } from '../words.js';

/** One booking: to be confirmed while it is held, with its number afterwards. */
export const booking = {
  tab: 'mine',
  pattern: /^\/bookings\/(?<id>[\w-]+)$/,
  title: ({ shown }) => word(shown.status === 'held' ? 'confirmTitle' : 'mine'),
  async load({ id }, signal) {
    const shown = await getBooking(id, signal);
    return { shown, fresh: false, keptUntil: Date.now() + (shown.hold_seconds_left ?? 0) * 1000 };
  },
  view: (data, tools) => (data.shown.status === 'held' ? heldView(data, tools) : settledView(data, tools)),
};

function heldView({ shown, keptUntil }, tools) {
  const note = el('div', { class: 'note', role: 'alert' });
  const confirmKey = newKey();
  const confirm = el('button', { class: 'button primary wide', type: 'button', 'data-testid': 'confirm' }, word('confirm'));
  confirm.addEventListener('click', () => busy(confirm, () => confirmHeld(shown, confirmKey, note, tools)));
  return [
    backLink(`#/services/${shown.service.id}/sites/${shown.site.id}`, word('back')),
    heading(word('confirmTitle')),
    countdown(keptUntil, tools),
    details(shown),
    bringList(shown),
    note,
    el('div', { class: 'always-in-sight' }, confirm),
    cancelButton(shown, word('giveUp'), note, tools),
  ];
}

function settledView({ shown, fresh }, tools) {
  const note = el('div', { class: 'note', role: 'alert' });
  const state = statusOf(shown);
  return [
    backLink('#/bookings', word('mine')),
    fresh ? success() : el('div', { class: 'split' }, heading(local(shown.service.name)), statusBadge(shown)),
    shown.number && ticket(shown, fresh),
    details(shown),
    state === 'confirmed' && bringList(shown),
    note,
    el(
      'div',
      { class: 'stack section' },
      ...(state === 'confirmed'
        ? [shareButton(shown), cancelButton(shown, word('cancel'), note, tools)]
        : [
            state === 'over' && rateButton(shown, note),
            el('a', { class: 'button primary wide', href: `#/services/${shown.service.id}` }, word('bookAgain')),
          ]),
    ),
  ].filter(Boolean);
}

/** Where and when, and the way to book as well: the number stays with whom it belongs to. */
function shareButton({ service, site, starts_at: starts, ends_at: ends }) {
  const wish = {
    title: local(service.name),
    text: `${period(starts, ends)} ${local(site.name)} ${local(site.address)}`,
    path: `/index.html#/services/${service.id}/sites/${site.id}`,
  };
  const button = el('button', { class: 'button wide', type: 'button', 'data-testid': 'share' }, word('share'));
  button.addEventListener('click', () => busy(button, () => city.share(wish).catch((error) => announce(explain(error)))));
  return city.canUse('share').ok && button;
}

/** Once for each visit: who has said it before is thanked again. */
function rateButton({ id, service }, note) {
  const button = el('button', { class: 'button wide', type: 'button', 'data-testid': 'rate' }, word('rate'));
  const rate = async () => {
    note.replaceChildren();
    try {
      const rated = await city.rate({ event: id, title: local(service.name) });
      if (rated) button.replaceWith(el('p', { class: 'muted' }, word('rated', { n: rated.grade })));
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  button.addEventListener('click', () => busy(button, rate));
  return city.canUse('rate').ok && button;
}

const success = () =>
  el(
    'div',
    { class: 'success' },
    icon('check'),
    el('div', {}, heading(word('successTitle')), el('p', {}, word('successNote'))),
  );

const ticket = (shown, withStatus) =>
  el(
    'div',
    { class: 'ticket card' },
    el('div', { class: 'split' }, el('span', {}, word('number')), withStatus && statusBadge(shown)),
    el('strong', { 'data-testid': 'booking-number' }, shown.number),
  );

function details(shown) {
  const rows = [
    [word('what'), local(shown.service.name)],
    [word('when'), period(shown.starts_at, shown.ends_at)],
    [word('where'), local(shown.site.name), local(shown.site.address)],
    [word('telephone'), shown.site.phone],
    [word('who'), shown.name],
    [word('phone'), shown.phone],
  ];
  return el(
    'dl',
    { class: 'details card' },
    rows
      .filter(([, value]) => value)
      .map(([name, value, more]) =>
        el('div', {}, el('dt', {}, name), el('dd', {}, value, more && el('span', { class: 'muted' }, more))),
      ),
  );
}

const bringList = ({ service }) =>
  el(
    'section',
    { class: 'section' },
    el('h2', {}, word('bring')),
    el('ul', { class: 'bring card' }, service.bring.map((thing) => el('li', {}, icon('check'), local(thing)))),
  );

function countdown(until, { signal, reload }) {
  const left = el('b', { role: 'timer' });
  const say = () => {
    left.textContent = word('keptFor', { time: remaining(until, Date.now()) });
  };
  const tick = () => (until > Date.now() ? say() : reload());
  say();
  const timer = setInterval(tick, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
  return el('div', { class: 'kept' }, icon('clock'), el('div', {}, left, el('p', {}, word('keptNote'))));
}

async function confirmHeld({ id }, key, note, { redraw, signal }) {
  note.replaceChildren();
  try {
    const shown = await confirmBooking(id, key);
    if (!signal.aborted) redraw({ shown, fresh: true });
    announce(`${word('successTitle')} ${word('number')} ${shown.number}`);
    city.notify.subscribe().catch(() => {}); // The booking stands, notices or not; the app asks only while it is open.
  } catch (error) {
    note.replaceChildren(el('p', {}, explain(error)));
  }
}

function cancelButton(shown, text, note, { redraw, signal }) {
  const key = newKey();
  const give = async () => {
    note.replaceChildren();
    if (shown.status === 'confirmed' && !(await askToCancel())) return;
    try {
      const cancelled = await cancelBooking(shown.id, key, word('cancel'));
      announce(word('cancelled'));
      if (!signal.aborted) redraw({ shown: cancelled, fresh: false });
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const button = el('button', { class: 'button danger wide', type: 'button', 'data-testid': `cancel-${shown.id}` }, text);
  button.addEventListener('click', () => busy(button, give));
  return button;
}

export const askToCancel = () =>
  city.ui.confirm({
    title: word('cancelQuestion'),
    message: word('cancelMessage'),
    ok: word('cancelYes'),
    cancel: word('cancelNo'),
  });
