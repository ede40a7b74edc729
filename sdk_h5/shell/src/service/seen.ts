/**
 * The services that were open in this tab, in memory only: their frames may load again at once, while the server is
 * asked whether that still holds.
 */
import { watch } from 'vue';
import type { ServiceDetail } from '@/api/types';
import { session } from '@/state/session';

const seen = new Map<string, ServiceDetail>();

watch(
  () => session.account === null,
  () => seen.clear(),
  { flush: 'sync' },
);

const keyOf = (id: string, mandate: string | undefined): string => `${id} ${mandate ?? ''}`;

export const rememberSeen = (service: ServiceDetail, mandate: string | undefined): void => {
  seen.set(keyOf(service.id, mandate), service);
};

export const seenBefore = (id: string, mandate: string | undefined): ServiceDetail | null =>
  seen.get(keyOf(id, mandate)) ?? null;

export const forgetSeen = (id: string, mandate: string | undefined): void => {
  seen.delete(keyOf(id, mandate));
};
