/** What a mandate says to the one who reads it. */
import type { Mandate } from '@/api/mandates';
import { t } from '@/i18n';

/** The masked name of the one on the other side. */
export function otherSide({ role, principal, actor }: Mandate): string {
  return (role === 'actor' ? principal.name : actor.name) ?? t('acting.somebody');
}

/** It was offered by the other side, and is for the reader to accept or to decline. */
export const waitsForMe = ({ state, offered_by }: Mandate): boolean => state === 'offered' && offered_by === 'them';

export const isOver = ({ state }: Mandate): boolean => state === 'ended' || state === 'expired';
