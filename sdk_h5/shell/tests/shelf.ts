import { type KeyRow, type Row, type Shelf, type StoreName, VaultFull } from '@/vault/shelf';

export interface MemoryShelf extends Shelf {
  rows: Record<StoreName, Map<string, Row>>;
  held: KeyRow | undefined;
  /** Bytes that still fit in. */
  room: number;
}

/** The shelf in memory, with the promises of the one in IndexedDB. */
export function memoryShelf(): MemoryShelf {
  const rows = { cache: new Map<string, Row>(), queue: new Map<string, Row>() };
  const shelf: MemoryShelf = {
    rows,
    held: undefined,
    room: Number.POSITIVE_INFINITY,
    key: async () => shelf.held,
    claim: async (row) => {
      shelf.held ??= row;
      return shelf.held;
    },
    rename: async (label, owner) => {
      if (shelf.held?.label === label) shelf.held = { ...shelf.held, owner };
    },
    get: async (store, id) => rows[store].get(id),
    all: async (store) => [...rows[store].values()],
    put: async (store, label, row) => {
      if (shelf.held?.label !== label) return false;
      const used = [...rows.cache.values(), ...rows.queue.values()].reduce((sum, one) => sum + one.data.byteLength, 0);
      if (used + row.data.byteLength > shelf.room) throw new VaultFull();
      rows[store].set(row.id, row);
      return true;
    },
    remove: async (store, label, ids) => {
      if (shelf.held?.label === label) for (const id of ids) rows[store].delete(id);
    },
    shred: async (label) => {
      if (label !== undefined && shelf.held && shelf.held.label !== label) return;
      shelf.held = undefined;
      rows.cache.clear();
      rows.queue.clear();
    },
  };
  return shelf;
}
