/**
 * Whom the resident acts for just now. Only the mandate's id is kept, and only as long as the tab: the names come
 * from the server, and a phone that is handed on acts for nobody.
 */
import { computed, reactive, watch } from 'vue';
import { type Identity, listIdentities } from '@/api/mandates';
import { session } from './session';

const KEY = 'onecity-acting';

export const identities = reactive<{ items: Identity[]; chosen: string | null }>({ items: [], chosen: restore() });

/** The one acted for; null while the resident acts for themselves. */
export const acting = computed(
  () => identities.items.find((one) => one.mandate === identities.chosen && one.mandate) ?? null,
);

/** The mandate to act under, for the calls that take one. */
export const actingMandate = (): string | undefined => identities.chosen ?? undefined;

/** Whether a service is within the mandate; without one everything is. */
export const covers = (identity: Identity | null, service: string): boolean =>
  identity === null || identity.services === null || identity.services.includes(service);

export async function loadIdentities(): Promise<void> {
  const { items } = await listIdentities();
  identities.items = items;
  if (!items.some((one) => one.mandate === identities.chosen)) actAs(null);
}

export function actAs(mandate: string | null): void {
  identities.chosen = mandate;
  try {
    if (mandate === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, mandate);
  } catch {
    // Storage can be forbidden: the choice then lasts as long as the page.
  }
}

function restore(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Asks whom one may act for once somebody is signed in, and forgets it with the session. */
export function followIdentities(): void {
  watch(
    () => session.account !== null,
    (here) => {
      if (here) loadIdentities().catch(() => undefined);
      else if (session.known) forgetIdentities();
    },
    { immediate: true },
  );
}

function forgetIdentities(): void {
  identities.items = [];
  actAs(null);
}
