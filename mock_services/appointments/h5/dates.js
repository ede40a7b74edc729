import { locale } from './words.js';

const format = (options) => new Intl.DateTimeFormat(locale(), { timeZone: 'Asia/Shanghai', ...options });

/** 09:30 */
export const clockTime = (moment) => format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));

/** 11月24日 周二 */
export const longDay = (moment) =>
  format({ month: 'long', day: 'numeric', weekday: 'short' }).format(new Date(moment)).replace(/日(周)/, '日 $1');

/** 11月24日 周二 09:00–09:30, with word joiners: the line does not break at the dash. */
export const period = (starts, ends) => `${longDay(starts)} ${clockTime(starts)}\u2060–\u2060${clockTime(ends)}`;

/** The parts of a day in the strip. `date` is 2026-11-24, Shanghai's. */
export function stripDay(date) {
  const noon = new Date(`${date}T12:00:00+08:00`);
  return { weekday: format({ weekday: 'short' }).format(noon), day: format({ month: 'numeric', day: 'numeric' }).format(noon) };
}

const MONDAY = Date.UTC(2024, 0, 1, 4);

/** 周一 for 1, 周日 for 7. */
export const weekdayName = (number) => format({ weekday: 'short' }).format(new Date(MONDAY + (number - 1) * 86_400_000));

/** 9:05 */
export function remaining(until, now) {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
