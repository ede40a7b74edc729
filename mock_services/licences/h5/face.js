import { day } from './dates.js';
import { el } from './dom.js';
import { local, word } from './words.js';

const GLYPHS = {
  'id-card': '身',
  'driving-licence': '驾',
  'social-card': '社',
  'residence-permit': '居',
  'birth-certificate': '生',
  'senior-card': '敬',
};

/** A licence as it looks in the hand: `number` is what may be shown of it here. */
export const face = (licence, { number = licence.number, holder = licence.holder } = {}) =>
  el(
    'div',
    { class: `face kind-${licence.kind}` },
    el('span', { class: 'glyph', 'aria-hidden': 'true' }, GLYPHS[licence.kind] ?? '证'),
    el(
      'span',
      { class: 'face-top' },
      el('b', {}, local(licence.name)),
      licence.validity !== 'valid' && el('span', { class: 'stamp' }, word(`validity_${licence.validity}`)),
    ),
    licence.issuer && el('span', { class: 'face-issuer' }, local(licence.issuer)),
    el('span', { class: 'face-foot' }, el('span', {}, holder), el('span', { class: 'digits' }, number)),
  );

/** Name and value, a line each; lines without a value are left out. */
export const details = (rows) =>
  el(
    'dl',
    { class: 'details card' },
    rows.filter(([, value]) => value).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );

export const until = ({ valid_until: end }) => (end ? day(end) : word('longTerm'));
