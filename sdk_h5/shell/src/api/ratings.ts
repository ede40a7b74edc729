import { request } from './client';

export type Grade = 1 | 2 | 3 | 4 | 5;

/** What a resident thought of one finished event, and may say once. */
export interface Rating {
  service: string;
  event: string;
  grade: Grade;
  title?: string | null;
  text?: string | null;
  tags?: string[];
}

/** Fails with `already-rated` where this event has its grade. */
export const addRating = (rating: Rating): Promise<Rating> => request('POST', '/api/v1/ratings', { body: rating });

/** The resident's own grade of an event; null before there is one. */
export async function findRating(service: string, event: string): Promise<Rating | null> {
  const query = { service, event };
  const { items } = await request<{ items: Rating[] }>('GET', '/api/v1/ratings', { query });
  return items[0] ?? null;
}
