/** How a connecting client is called. */
import type { ConnectingClient } from '@/api/connections';
import { localised } from '@/i18n';

export function departmentOf({ department }: ConnectingClient): string {
  return typeof department === 'object' && department !== null && 'name' in department
    ? localised(department.name)
    : localised(department);
}

/** A client that is still being built, and must not pass for one of the city's. */
export const isSandbox = ({ environment }: ConnectingClient): boolean =>
  environment !== undefined && environment !== 'production';
