import { listServices } from '../bookings-api.js';
import { el, icon } from '../dom.js';
import { heading } from '../parts.js';
import { local, word } from '../words.js';

/** What do you need? */
export const services = {
  tab: 'book',
  pattern: /^\/$/,
  title: () => word('home'),
  load: (_, signal) => listServices(signal),
  view: (items) => [
    el('header', { class: 'hero' }, heading(word('home')), el('p', {}, word('homeLead'))),
    ...byCategory(items).map(([category, members]) =>
      el('section', { class: 'section' }, el('h2', {}, category), el('ul', { class: 'rows card' }, members.map(row))),
    ),
  ],
};

const row = (service) =>
  el(
    'li',
    {},
    el(
      'a',
      { class: 'row', href: `#/services/${service.id}`, 'data-testid': `service-${service.id}` },
      el('span', { class: 'tile', 'aria-hidden': 'true' }, GLYPHS[service.id] ?? '办'),
      el('span', { class: 'grow' }, el('b', {}, local(service.name)), el('span', { class: 'muted' }, local(service.summary))),
      icon('next'),
    ),
  );

const GLYPHS = {
  'id-card': '证',
  'household-transfer': '户',
  passport: '照',
  'hk-macau-permit': '港',
  marriage: '囍',
  'marriage-certificate': '婚',
  'residence-permit': '居',
  'social-card': '社',
  property: '房',
  business: '企',
  vaccination: '苗',
  'family-doctor': '医',
  specialist: '诊',
};

function byCategory(items) {
  const groups = new Map();
  for (const service of items) {
    const name = local(service.category);
    groups.set(name, [...(groups.get(name) ?? []), service]);
  }
  return [...groups];
}
