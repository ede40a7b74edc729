import { type ComputedRef, computed } from 'vue';
import { listCategories, listServices } from '@/api/services';
import type { Category, Service } from '@/api/types';
import { type Loaded, useLoad } from './load';

export interface Group {
  category: Category;
  services: Service[];
}

/** All services under their categories, in the server's order; categories without any are left out. */
export function useCatalogue(): Loaded<Group[]> & { categories: ComputedRef<Category[]> } {
  const loaded = useLoad(async () => {
    const [services, categories] = await Promise.all([listServices(), listCategories()]);
    return groupServices(services, categories.items);
  });
  return { ...loaded, categories: computed(() => (loaded.data.value ?? []).map((group) => group.category)) };
}

export function groupServices(services: Service[], categories: Category[]): Group[] {
  return categories
    .map((category) => ({ category, services: services.filter((one) => one.category === category.id) }))
    .filter((group) => group.services.length > 0);
}
