/** Services by what they are for: by a kind of work, a life event, a department, a category. */
import { listCategories, listDepartments, listLifeEvents, listServices, type ServiceFilter } from '@/api/services';
import type { Category, Localised, Service } from '@/api/types';
import type { IconName } from '@/components/icons';
import { localised, type MessageKey, t } from '@/i18n';
import { type Loaded, useLoad } from './load';

export type By = 'kind' | 'life' | 'department' | 'category' | 'all';
export type Segment = 'category' | 'life' | 'department';

/** What residents call several kinds of services by one word. */
export const WORK = {
  book: ['appointment', 'matter'],
  query: ['query'],
  complain: ['complaint', 'supervision'],
  licences: ['licence'],
  pay: ['payment'],
} as const satisfies Record<string, readonly string[]>;
export type Work = keyof typeof WORK;

const isWork = (id: string): id is Work => Object.hasOwn(WORK, id);

export interface Found {
  name: Localised | null;
  services: Service[];
}

/** The services of a page `/find/:by/:id`; none where the address names nothing that there is. */
export const useFound = (by: string, id: string): Loaded<Found> => useLoad(() => find(by, id));

async function find(by: string, id: string): Promise<Found> {
  if (by === 'all') return { name: null, services: await listServices() };
  if (by === 'kind') return { name: null, services: isWork(id) ? await ofKinds(WORK[id]) : [] };
  const filters: Record<string, [ServiceFilter, () => Promise<{ items: Category[] }>]> = {
    life: [{ life_event: id }, listLifeEvents],
    department: [{ department: id }, listDepartments],
    category: [{ category: id }, listCategories],
  };
  const [filter, names] = filters[by] ?? [];
  if (!filter || !names) return { name: null, services: [] };
  const [services, { items }] = await Promise.all([listServices(filter), names()]);
  return { name: items.find((one) => one.id === id)?.name ?? null, services };
}

export async function ofKinds(kinds: readonly string[]): Promise<Service[]> {
  return (await Promise.all(kinds.map((kind) => listServices({ kind })))).flat();
}

/** What the page is called, before and after its services came. */
export function findTitle(by: string, id: string, found: Found | null): string {
  if (by === 'all') return t('elder.all');
  if (by === 'kind' && isWork(id)) return t(`elder.${id}`);
  return localised(found?.name) || t('find.title');
}

export interface Tile {
  id: Work | 'inbox' | 'all';
  title: MessageKey;
  icon: IconName;
  to: string;
}

const TILES: readonly Tile[] = [
  { id: 'book', title: 'elder.book', icon: 'book', to: '/find/kind/book' },
  { id: 'query', title: 'elder.query', icon: 'search', to: '/find/kind/query' },
  { id: 'complain', title: 'elder.complain', icon: 'complain', to: '/find/kind/complain' },
  { id: 'licences', title: 'elder.licences', icon: 'licences', to: '/licences' },
  { id: 'pay', title: 'elder.pay', icon: 'pay', to: '/find/kind/pay' },
];
/** Always there, and so what fills the places of work that no service does yet. */
const FILLING: readonly Tile[] = [
  { id: 'inbox', title: 'elder.inbox', icon: 'inbox', to: '/inbox' },
  { id: 'all', title: 'elder.all', icon: 'all', to: '/find/all' },
];
const PLACES = 4;

/** The four tiles of elder mode: the work that services are live for, in the order of need. */
export function tilesFor(services: readonly Pick<Service, 'kind'>[]): Tile[] {
  const kinds = new Set(services.map(({ kind }) => kind));
  const live = TILES.filter(({ id }) => isWork(id) && WORK[id].some((kind) => kinds.has(kind)));
  return [...live, ...FILLING].slice(0, PLACES);
}
