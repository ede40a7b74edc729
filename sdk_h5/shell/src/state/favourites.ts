import { reactive } from 'vue';
import { addFavourite, listFavourites, removeFavourite } from '@/api/favourites';
import type { Service } from '@/api/types';
import { t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { toast } from './toast';

export const favourites = reactive<{ items: Service[] }>({ items: [] });

export async function loadFavourites(): Promise<void> {
  favourites.items = (await listFavourites()).items;
}

export const isFavourite = (id: string): boolean => favourites.items.some((item) => item.id === id);

/** Shows the change at once and takes it back when the server refuses. */
export async function toggleFavourite(service: Service): Promise<void> {
  const before = favourites.items;
  const starred = isFavourite(service.id);
  favourites.items = starred ? before.filter((item) => item.id !== service.id) : [...before, service];
  try {
    await (starred ? removeFavourite(service.id) : addFavourite(service.id));
    toast(t(starred ? 'home.favourite-removed' : 'home.favourite-added'));
  } catch (error) {
    favourites.items = before;
    toast(describe(error));
  }
}

export function forgetFavourites(): void {
  favourites.items = [];
}
