import { el } from '../dom.js';
import { heard } from '../heard.js';
import { shown } from '../outcome.js';
import { backLink, empty, heading } from '../parts.js';
import { locale, word } from '../words.js';

/** What the app told this page since it opened. */
export const events = {
  pattern: /^\/events$/,
  title: () => word('events'),
  load: () => Promise.resolve([...heard]),
  view: (items, { reload }) => [
    backLink('#/', word('home')),
    heading(word('events')),
    el('p', { class: 'muted' }, word('eventsLead')),
    items.length === 0 ? el('div', { class: 'section' }, empty('clock', word('noEvents'))) : el('ul', { class: 'rows card section' }, items.map(row)),
    el('button', { class: 'button wide section', type: 'button', onclick: reload }, word('refresh')),
  ],
};

const row = ({ name, payload, at }) =>
  el(
    'li',
    { class: 'event' },
    el('span', { class: 'split' }, el('code', { class: 'name' }, name), el('span', { class: 'muted' }, at.toLocaleTimeString(locale()))),
    payload !== undefined && el('code', { class: 'muted' }, shown(payload)),
  );
