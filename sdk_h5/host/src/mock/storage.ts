import { BridgeError } from '../errors.js';
import { readKey, readStored, STORAGE_BYTES } from '../params/index.js';
import type { Handlers } from '../serve.js';

const MOST_KEYS = 500;

/** Storage in memory, with the city's quota and its words when that is used up. */
export function storageHandlers(quota = STORAGE_BYTES): Handlers {
  const kept = new Map<string, string>();

  function used(without: string): number {
    const others = [...kept].filter(([key]) => key !== without);
    return others.reduce((sum, [key, text]) => sum + bytes(key) + bytes(text), 0);
  }

  function keep(key: string, text: string): void {
    const full = used(key) + bytes(key) + bytes(text) > quota || (kept.size >= MOST_KEYS && !kept.has(key));
    if (full) throw new BridgeError('storage-full', 'What this service keeps for you is full.', { hop: 'gateway' });
    kept.set(key, text);
  }

  return {
    'storage.get': async (params) => JSON.parse(kept.get(readKey(params)) ?? 'null'),
    'storage.set': async (params) => {
      const { key, value } = readStored(params);
      if (value === null) kept.delete(key);
      else keep(key, JSON.stringify(value));
    },
    'storage.keys': async () => [...kept.keys()].sort(),
  };
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
