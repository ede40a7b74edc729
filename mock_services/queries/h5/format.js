import { locale } from './words.js';

/** ¥12,345.67 from { amount: 1234567, currency: 'CNY' }: minor units in, words out. */
export function money({ amount, currency }) {
  const number = new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return number.format(amount / 100);
}

/** With its sign, for a statement. */
export const moved = (value) => (value.amount > 0 ? `+${money(value)}` : money(value));

/** 2026年10月 from 2026-10 */
export const month = (text) => inShanghai({ year: 'numeric', month: 'long' }).format(new Date(`${text}-01T12:00:00+08:00`));

/** 2026年10月15日 from 2026-10-15 */
export const day = (text) => inShanghai({ dateStyle: 'long' }).format(new Date(`${text}T12:00:00+08:00`));

export const minute = (moment) =>
  inShanghai({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));

const inShanghai = (options) => new Intl.DateTimeFormat(locale(), { timeZone: 'Asia/Shanghai', ...options });
