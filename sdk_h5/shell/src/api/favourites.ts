import { request } from './client';
import type { Service } from './types';

const path = (id: string) => `/api/v1/favourites/${encodeURIComponent(id)}`;

export const listFavourites = (): Promise<{ items: Service[] }> => request('GET', '/api/v1/favourites');
export const addFavourite = (id: string): Promise<void> => request('PUT', path(id));
export const removeFavourite = (id: string): Promise<void> => request('DELETE', path(id));
