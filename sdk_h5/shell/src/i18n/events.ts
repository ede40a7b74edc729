import type { SecurityEvent } from '@/api/security';
import { isMessageKey, t } from './index';

/** What happened, in words; with the device or the place where the event knows it. */
export function eventWords({ kind, details }: SecurityEvent): string {
  const key = `event.${kind}`;
  const what = isMessageKey(key) ? t(key) : t('event.other');
  const where = [details.device, details.name, details.place].filter(Boolean).join(' · ');
  return where ? `${what}${t('word.colon')}${where}` : what;
}
