import { el } from '../dom.js';
import { money, month } from '../format.js';
import { backLink, heading } from '../parts.js';
import { growingList } from '../records-list.js';
import { getSocialInsurance, listSocialRecords } from '../records-api.js';
import { word } from '../words.js';

/** Month by month, a year at a time. */
export const socialRecords = {
  pattern: /^\/social$/,
  title: () => word('socialRecords'),
  async load(_, signal) {
    const { years } = await getSocialInsurance(signal);
    return { years, year: years[0] };
  },
  view(data, { signal }) {
    const list = growingList((cursor) => listSocialRecords(data.year, cursor, signal), row, signal);
    const choose = (event) => {
      data.year = Number(event.target.value);
      list.refill();
    };
    list.refill();
    return [
      backLink('#/', word('back')),
      heading(word('socialRecords')),
      el('label', { class: 'field' }, el('span', {}, word('year')), yearPicker(data, choose)),
      list.place,
    ];
  },
};

const yearPicker = ({ years, year }, choose) =>
  el(
    'select',
    { onchange: choose, 'data-testid': 'year' },
    years.map((each) => el('option', { value: each, selected: each === year }, String(each))),
  );

const row = (record) =>
  el(
    'li',
    { class: 'record', 'data-testid': 'social-record', 'data-month': record.month },
    el(
      'span',
      { class: 'name' },
      el('b', {}, month(record.month)),
      record.employer && el('span', { class: 'muted' }, record.employer),
      record.base && el('span', { class: 'muted' }, `${word('base')} ${money(record.base)}`),
    ),
    el('span', { class: 'value' }, el('b', {}, money(total(record))), el('span', { class: 'muted' }, word(record.kind === 'benefit' ? 'benefit' : 'own'))),
  );

const total = ({ kind, received, pension, medical, unemployment }) =>
  kind === 'benefit'
    ? received
    : { amount: pension.amount + medical.amount + unemployment.amount, currency: pension.currency };
