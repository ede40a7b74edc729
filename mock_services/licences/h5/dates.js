import { locale } from './words.js';

const inShanghai = (options) => new Intl.DateTimeFormat(locale(), { timeZone: 'Asia/Shanghai', ...options });

/** 2036年3月15日 from 2036-03-15 */
export const day = (date) => inShanghai({ dateStyle: 'long' }).format(new Date(`${date}T12:00:00+08:00`));

/** 11月26日 17:05 */
export const minute = (moment) =>
  inShanghai({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));
