import type { Service } from '@/api/types';
import { ownPath } from '@/paths';

export type Place = Pick<Service, 'origin' | 'start_url'>;

/** The path the service was asked to open at, if it stays within the service; else its start page. */
export function launchPath(place: Place, asked: unknown): string {
  const start = new URL(place.start_url);
  return ownPath(asked, place.origin) ?? start.pathname + start.search + start.hash;
}

/**
 * The address for the frame: always the start page of the live release, with the hash of the path
 * that was asked for. Null when the register gave a start page outside the service's own origin.
 */
export function frameUrl(place: Place, asked: unknown): string | null {
  const url = new URL(place.start_url);
  if (url.origin !== place.origin) return null;
  const path = ownPath(asked, place.origin);
  if (path !== null) url.hash = new URL(path, place.origin).hash;
  return url.href;
}

/** What others open to get to the same place: an address of the app, never one of the service's own host. */
export function shareUrl(service: Pick<Service, 'id' | 'origin'>, path?: string): string {
  const url = new URL(`/s/${encodeURIComponent(service.id)}`, location.origin);
  const own = ownPath(path, service.origin);
  if (own !== null) url.searchParams.set('path', own);
  return url.href;
}

/** The resident closed the system's own sheet. */
export const isRefusedByPerson = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
