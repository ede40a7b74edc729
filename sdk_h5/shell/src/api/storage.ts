import { isProblem, request } from './client';

/** What one service keeps for the resident, or for whom they act for: `mandate`. */
const place = (service: string, key?: string): string => {
  const all = `/api/v1/services/${encodeURIComponent(service)}/storage`;
  return key === undefined ? all : `${all}/${encodeURIComponent(key)}`;
};

export interface StorageUse {
  keys: string[];
  used: number;
  quota: number;
}

export const readKeys = (service: string, mandate?: string): Promise<StorageUse> =>
  request('GET', place(service), { query: { mandate } });

/** The value under a key; null where there is none. */
export async function readValue(service: string, key: string, mandate?: string): Promise<unknown> {
  try {
    return (await request<{ value: unknown }>('GET', place(service, key), { query: { mandate } })).value;
  } catch (error) {
    if (isProblem(error, 'storage-key-unknown')) return null;
    throw error;
  }
}

/** Fails with `storage-full` over the quota. */
export const writeValue = (service: string, key: string, value: unknown, mandate?: string): Promise<void> =>
  request('PUT', place(service, key), { query: { mandate }, body: { value } });

/** A key that is not there is removed already. */
export async function removeValue(service: string, key: string, mandate?: string): Promise<void> {
  try {
    await request('DELETE', place(service, key), { query: { mandate } });
  } catch (error) {
    if (!isProblem(error, 'storage-key-unknown')) throw error;
  }
}
