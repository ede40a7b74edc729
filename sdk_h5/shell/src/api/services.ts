import { type RequestOptions, request } from './client';
import type { Category, Page, Service, ServiceDetail } from './types';

const PAGE = 100;
const MOST_PAGES = 10;

export const searchServices = (q: string, signal: AbortSignal): Promise<Page<Service>> =>
  request('GET', '/api/v1/services', { query: { q, limit: 30 }, signal, anonymous: true });

/** The whole catalogue, page after page. */
export async function listServices(): Promise<Service[]> {
  const all: Service[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES && cursor !== null; page += 1) {
    const answer = await servicePage({ cursor, limit: PAGE });
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
