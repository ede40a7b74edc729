import { t } from './index';

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
const DAY_MIN = 24 * HOUR_MIN;

/** `刚刚`, `3 分钟前`, `2 小时前`, `5 天前`. */
export function age(since: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - since) / MINUTE_MS);
  if (minutes < 1) return t('offline.now');
  if (minutes < HOUR_MIN) return t('offline.minutes', { n: minutes });
  if (minutes < DAY_MIN) return t('offline.hours', { n: Math.floor(minutes / HOUR_MIN) });
  return t('offline.days', { n: Math.floor(minutes / DAY_MIN) });
}
