import { preferences } from '@/state/preferences';
import { t } from './index';

const DAY_MS = 86_400_000;

function format(at: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(preferences.locale, options).format(new Date(at));
}

/** `09:05` */
export const clockTime = (at: string): string => format(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `2026年5月3日` */
export const longDate = (at: string): string => format(at, { year: 'numeric', month: 'long', day: 'numeric' });

/** `今天`, `昨天`, `5月3日`, and the year where it is another one. */
export function dayName(at: string, now: Date = new Date()): string {
  const days = Math.round((midnight(now) - midnight(new Date(at))) / DAY_MS);
  if (days === 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  const sameYear = new Date(at).getFullYear() === now.getFullYear();
  return sameYear ? format(at, { month: 'long', day: 'numeric' }) : longDate(at);
}

/** The time today, the day before that. */
export function shortTime(at: string, now: Date = new Date()): string {
  const day = dayName(at, now);
  return day === t('day.today') ? clockTime(at) : day;
}

export const dayAndTime = (at: string): string => `${dayName(at)} ${clockTime(at)}`;

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
