import { el } from '../dom.js';
import { day, money, moved } from '../format.js';
import { backLink, heading } from '../parts.js';
import { growingList } from '../records-list.js';
import { listFundRecords } from '../records-api.js';
import { word } from '../words.js';

/** The statement of the housing fund, newest first. */
export const fundRecords = {
  pattern: /^\/fund$/,
  title: () => word('fundRecords'),
  load: () => Promise.resolve({}),
  view(_, { signal }) {
    const list = growingList((cursor) => listFundRecords(cursor, signal), row, signal);
    list.refill();
    return [backLink('#/', word('back')), heading(word('fundRecords')), list.place];
  },
};

const row = (record) =>
  el(
    'li',
    { class: 'record', 'data-testid': 'fund-record' },
    el(
      'span',
      { class: 'name' },
      el('b', {}, word(record.kind)),
      el('span', { class: 'muted' }, day(record.date)),
      record.employer && el('span', { class: 'muted' }, record.employer),
    ),
    el(
      'span',
      { class: 'value' },
      el('b', { class: record.amount.amount > 0 ? 'in' : 'out' }, moved(record.amount)),
      el('span', { class: 'muted' }, `${word('balance')} ${money(record.balance)}`),
    ),
  );
