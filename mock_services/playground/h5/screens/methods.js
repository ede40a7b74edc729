import { city } from '/sdk/v1/onecity.js';
import { el, icon } from '../dom.js';
import { heading } from '../parts.js';
import { brief, table } from '../table.js';
import { local, word } from '../words.js';

/** Every method of the SDK's table, by group, and whether it works here and now. */
export const methods = {
  pattern: /^\/$/,
  title: () => word('home'),
  load: () => table(),
  view: ({ groups }) => [
    el('header', {}, heading(word('home')), el('p', { class: 'muted' }, word('homeLead'))),
    ...groups.map(({ name, methods: members }) =>
      el('section', { class: 'section' }, el('h2', {}, local(name)), el('ul', { class: 'rows card' }, members.map(row))),
    ),
    el('section', { class: 'section' }, el('h2', {}, word('events')), el('ul', { class: 'rows card' }, eventsRow())),
  ],
};

const row = ({ name, does }) =>
  el(
    'li',
    {},
    el(
      'a',
      { class: 'row', href: `#/methods/${name}`, 'data-testid': `method-${name}` },
      el(
        'span',
        { class: 'grow' },
        el('span', { class: 'split' }, el('code', { class: 'name' }, name), usable(name)),
        el('span', { class: 'muted' }, brief(local(does))),
      ),
      icon('next'),
    ),
  );

const eventsRow = () =>
  el('li', {}, el('a', { class: 'row', href: '#/events', 'data-testid': 'events' }, el('span', { class: 'grow' }, el('code', { class: 'name' }, 'city.on'), el('span', { class: 'muted' }, word('eventsLead'))), icon('next')));

export function usable(name) {
  const { ok, reason } = city.canUse(name);
  return el('span', { class: ok ? 'badge good' : 'badge', 'data-testid': `can-${name}` }, ok ? word('usable') : reason);
}
