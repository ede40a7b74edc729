import { el, icon } from '../dom.js';
import { face } from '../face.js';
import { listLicences } from '../licences-api.js';
import { empty, heading } from '../parts.js';
import { word } from '../words.js';

/** All licences, as cards in a wallet. */
export const wallet = {
  pattern: /^\/$/,
  title: () => word('home'),
  load: (_, signal) => listLicences(signal),
  view: (items) => [
    el('header', {}, heading(word('home')), el('p', { class: 'muted' }, word('homeLead'))),
    items.length === 0
      ? el('div', { class: 'section' }, empty('wallet', word('noLicences')))
      : el('ul', { class: 'wallet section' }, items.map(card)),
    el(
      'ul',
      { class: 'rows card section' },
      row('#/verify', 'scan', word('verify'), word('verifyLead'), 'verify'),
      row('#/shares', 'list', word('shares'), word('sharesLead'), 'shares'),
    ),
  ],
};

const card = (licence) =>
  el('li', {}, el('a', { class: 'plain', href: `#/licences/${licence.id}`, 'data-testid': `licence-${licence.kind}` }, face(licence)));

const row = (href, shape, name, lead, testid) =>
  el(
    'li',
    {},
    el(
      'a',
      { class: 'row', href, 'data-testid': testid },
      icon(shape),
      el('span', { class: 'grow' }, el('b', {}, name), el('span', { class: 'muted' }, lead)),
      icon('next'),
    ),
  );
