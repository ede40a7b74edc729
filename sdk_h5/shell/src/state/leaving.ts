import { computed } from 'vue';
import { t } from '@/i18n';
import { waits } from '@/queue/write';
import { writes } from '@/queue/writes';
import { preferences } from './preferences';

/** What signing out would lose, in words; empty where it loses nothing. */
export const lost = computed(() => {
  const n = writes.items.filter(waits).length;
  return n ? t('queue.leave', { n }) : '';
});

/** A question's words with that in front. */
export const warned = (message: string): string =>
  [lost.value, message].filter(Boolean).join(preferences.locale === 'en' ? ' ' : '');
