import { CityError } from '../errors.js';
import { own } from '../shape.js';
import { storageKey } from './params.js';
import type { Handlers } from './serve.js';

const PREFIX = 'onecity:';
const MOST_BYTES = 1_048_576;

/**
 * Storage where nobody is signed in: kept in this tab until it is closed, on this device, seen by nobody else. A value
 * that is too large for the app is too large here.
 */
export function keptInTab(storage: Storage): Handlers {
  return {
    'storage.get': async (params) => JSON.parse(storage.getItem(PREFIX + storageKey(params)) ?? 'null'),
    'storage.set': async (params) => {
      const [name, value] = [PREFIX + storageKey(params), JSON.stringify(own(params, 'value') ?? null)];
      if (value === 'null') storage.removeItem(name);
      else put(storage, name, value);
    },
    'storage.keys': async () =>
      Object.keys(storage)
        .filter((name) => name.startsWith(PREFIX))
        .map((name) => name.slice(PREFIX.length)),
  };
}

function put(storage: Storage, name: string, value: string): void {
  const full = new CityError('storage-full', 'A service keeps 1 MiB at most.');
  if (new Blob([value]).size > MOST_BYTES) throw full;
  try {
    storage.setItem(name, value);
  } catch {
    throw full;
  }
}
