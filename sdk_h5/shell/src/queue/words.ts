import { isMessageKey, t } from '@/i18n';
import { asks, type Write } from './write';

export type ShownState = Write['state'] | 'sending' | 'asks';

export function shownState(write: Write, sending: boolean): ShownState {
  if (sending && write.state === 'queued') return 'sending';
  return asks(write) ? 'asks' : write.state;
}

/** One sentence on where it stands and what to do: ours for what we know, else the department's own words. */
export function describeWrite(write: Write, sending: boolean): string {
  const state = shownState(write, sending);
  const known = `queue.says.${write.reason ?? ''}`;
  if ((state === 'asks' || state === 'refused') && isMessageKey(known)) return t(known);
  if (state === 'refused' && write.words) return t('queue.says.refused-words', { words: write.words });
  if (state === 'queued' && write.tries > 0 && write.status) return t('queue.says.later');
  return t(`queue.says.${state}`);
}
