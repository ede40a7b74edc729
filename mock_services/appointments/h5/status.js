import { el } from './dom.js';
import { word } from './words.js';

/** A booking's status as a resident sees it: a confirmed one whose time has passed is over. */
export const statusOf = ({ status, ends_at: ends }) =>
  status === 'confirmed' && new Date(ends) < Date.now() ? 'over' : status;

const TONES = { confirmed: 'good', held: 'warn' };

export function statusBadge(booking) {
  const status = statusOf(booking);
  const tone = TONES[status] ?? '';
  return el('span', { class: `badge ${tone}`, 'data-testid': 'booking-status', 'data-status': status }, word(`status_${status}`));
}
