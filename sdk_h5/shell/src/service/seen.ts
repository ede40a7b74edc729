/**
 * Services that were opened before: their frames may load again at once, while the server is asked whether that still
 * holds. What is kept of this tab comes from memory, what is kept of the days before from the vault.
 */
import { watch } from 'vue';
import type { Service, ServiceDetail } from '@/api/types';
import { session } from '@/state/session';
import { vault } from '@/vault';

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

export const forgetSeen = (id: string, mandate: string | undefined): void => {
  seen.delete(keyOf(id, mandate));
};

export async function seenBefore(id: string, mandate: string | undefined): Promise<ServiceDetail | null> {
  const here = seen.get(keyOf(id, mandate));
  if (here || mandate !== undefined) return here ?? null;
  return keptBefore(id).catch(() => null);
}

/** Among the recent ones is what was agreed to; what a service is may be kept of one that was only looked at. */
async function keptBefore(id: string): Promise<ServiceDetail | null> {
  const seat = await vault.ready();
  const [recents, detail] = await Promise.all([
    seat?.get<{ items: Service[] }>('cache', '/api/v1/recents'),
    seat?.get<ServiceDetail>('cache', `/api/v1/services/${encodeURIComponent(id)}`),
  ]);
  return recents?.value.items.some((one) => one.id === id) ? (detail?.value ?? null) : null;
}
