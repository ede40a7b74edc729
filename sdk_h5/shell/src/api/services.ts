import { type RequestOptions, request } from './client';
import type { Category, Page, Service, ServiceDetail } from './types';

const PAGE = 100;
const MOST_PAGES = 10;

export const searchServices = (q: string, signal: AbortSignal): Promise<Page<Service>> =>
  request('GET', '/api/v1/services', { query: { q, limit: 30 }, signal, anonymous: true });

/** Which services of the catalogue; all where nothing is said. */
export interface ServiceFilter {
  kind?: string;
  category?: string;
  department?: string;
  life_event?: string;
}

/** The catalogue, page after page. */
export async function listServices(filter: ServiceFilter = {}): Promise<Service[]> {
  const all: Service[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES && cursor !== null; page += 1) {
    const answer = await servicePage({ ...filter, cursor, limit: PAGE });
    all.push(...answer.items);
    cursor = answer.next;
  }
  return all;
}

const servicePage = (query: NonNullable<RequestOptions['query']>): Promise<Page<Service>> =>
  request('GET', '/api/v1/services', { query, anonymous: true });

export const readService = (id: string): Promise<ServiceDetail> =>
  request('GET', `/api/v1/services/${encodeURIComponent(id)}`, { anonymous: true });

export const listCategories = (): Promise<{ items: Category[] }> =>
  request('GET', '/api/v1/categories', { anonymous: true });

/** What a city's services are filed under beside their categories, each with how many there are. */
export const listLifeEvents = (): Promise<{ items: Category[] }> =>
  request('GET', '/api/v1/life-events', { anonymous: true });

export const listDepartments = (): Promise<{ items: Category[] }> =>
  request('GET', '/api/v1/departments', { anonymous: true });
