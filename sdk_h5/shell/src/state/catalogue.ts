import { type ComputedRef, computed, shallowRef } from 'vue';
import { listCategories, listServices } from '@/api/services';
import type { Category, Service } from '@/api/types';
import { type Loaded, useLoad } from './load';

export interface Group {
  category: Category;
  services: Service[];
}

export interface Catalogue extends Omit<Loaded<Group[]>, 'data'> {
  data: ComputedRef<Group[] | null>;
  categories: ComputedRef<Category[]>;
  services: ComputedRef<Service[]>;
}

/** What was there the last time: shown at once on the way back to the home page, while it is asked for again. */
const known = shallowRef<Group[] | null>(null);

/** All services under their categories, in the server's order; categories without any are left out. */
export function useCatalogue(): Catalogue {
  const loaded = useLoad(async () => {
    const [services, categories] = await Promise.all([listServices(), listCategories()]);
    known.value = groupServices(services, categories.items);
    return known.value;
  });
  const data = computed(() => loaded.data.value ?? known.value);
  const groups = computed(() => data.value ?? []);
  return {
    ...loaded,
    data,
    categories: computed(() => groups.value.map((group) => group.category)),
    services: computed(() => groups.value.flatMap((group) => group.services)),
  };
}

export function groupServices(services: Service[], categories: Category[]): Group[] {
  return categories
    .map((category) => ({ category, services: services.filter((one) => one.category === category.id) }))
    .filter((group) => group.services.length > 0);
}
