import { blind, type Keys, seal, unseal } from './seal';
import { type Shelf, type StoreName, VaultFull } from './shelf';

export interface Kept<T> {
  value: T;
  /** When it was kept, in milliseconds. */
  at: number;
}

/** One account's place in the vault. It stays with the work it was taken for: once the keys are gone it does nothing. */
export interface Seat {
  readonly label: string;
  get<T>(store: StoreName, name: string): Promise<Kept<T> | null>;
  all<T>(store: StoreName): Promise<Kept<T>[]>;
  /** False when the keys are gone. Rejects with VaultFull. */
  put(store: StoreName, name: string, value: unknown, at?: number): Promise<boolean>;
  remove(store: StoreName, ...names: string[]): Promise<void>;
  /** Removes what was kept before `since`, and the oldest beyond `most`. */
  prune(store: StoreName, since: number, most: number): Promise<void>;
}

export function seatAt(shelf: Shelf, keys: Keys): Seat {
  const { label } = keys;

  async function get<T>(store: StoreName, name: string): Promise<Kept<T> | null> {
    const row = await shelf.get(store, await blind(keys, store, name));
    const value = row && (await unseal<T>(keys, store, row));
    return row && value !== undefined ? { value, at: row.at } : null;
  }

  async function all<T>(store: StoreName): Promise<Kept<T>[]> {
    const rows = await shelf.all(store);
    const opened = await Promise.all(rows.map((row) => unseal<T>(keys, store, row)));
    return rows
      .flatMap(({ at }, place): Kept<T>[] => {
        const value = opened[place] as T | undefined;
        return value === undefined ? [] : [{ value, at }];
      })
      .sort((one, other) => one.at - other.at);
  }

  async function put(store: StoreName, name: string, value: unknown, at = Date.now()): Promise<boolean> {
    const row = await seal(keys, store, await blind(keys, store, name), value, at);
    try {
      return await shelf.put(store, label, row);
    } catch (error) {
      if (!(error instanceof VaultFull) || store === 'cache') throw error;
      // What can be fetched again makes room for what cannot.
      await prune('cache', Number.POSITIVE_INFINITY, 0);
      return shelf.put(store, label, row);
    }
  }

  async function prune(store: StoreName, since: number, most: number): Promise<void> {
    const newest = (await shelf.all(store)).sort((one, other) => other.at - one.at);
    const surplus = newest.filter((row, place) => row.at < since || place >= most);
    if (surplus.length)
      await shelf.remove(
        store,
        label,
        surplus.map((row) => row.id),
      );
  }

  return {
    label,
    get,
    all,
    put,
    remove: async (store, ...names) =>
      shelf.remove(store, label, await Promise.all(names.map((name) => blind(keys, store, name)))),
    prune,
  };
}
