/** The shelf in IndexedDB: the database `onecity` with the stores `keys`, `cache` and `queue`. */
import { type KeyRow, type Row, type Shelf, type StoreName, VaultFull } from './shelf';

const NAME = 'onecity';
/** Raised with every change of the stores; what an older app kept goes then, for it can be fetched again. */
const VERSION = 1;
const CURRENT = 'current';
const RECORDS: readonly StoreName[] = ['cache', 'queue'];

type Name = StoreName | 'keys';

/** Null where the browser keeps nothing: private windows of some, storage that is forbidden. */
export async function openShelf(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<Shelf | null> {
  if (!factory || !globalThis.crypto?.subtle) return null;
  try {
    return shelfIn(await opened(factory));
  } catch {
    return null;
  }
}

function opened(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = factory.open(NAME, VERSION);
    asked.onupgradeneeded = ({ oldVersion }) => upgrade(asked.result, oldVersion);
    asked.onsuccess = () => resolve(yielding(asked.result));
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error('Another tab holds an older database.'));
  });
}

function upgrade(database: IDBDatabase, before: number): void {
  if (before > 0) for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
  database.createObjectStore('keys');
  for (const name of RECORDS) database.createObjectStore(name, { keyPath: 'id' });
}

/** A newer app in another tab may change the stores: this one then goes on without. */
function yielding(database: IDBDatabase): IDBDatabase {
  database.onversionchange = () => database.close();
  return database;
}

function shelfIn(database: IDBDatabase): Shelf {
  /** One transaction; resolves once it is on the disk, or with what can be fetched again, on its way there. */
  function within<T>(names: Name[], mode: IDBTransactionMode, work: (at: IDBTransaction) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(names, mode, {
        durability: names.includes('cache') ? 'relaxed' : 'strict',
      });
      const asked = work(transaction);
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(failureOf(transaction.error));
    });
  }

  /** Runs `write` only while the keys of `label` are there; whether they were. */
  async function under(
    names: StoreName[],
    label: string,
    write: (at: IDBTransaction, held: KeyRow) => void,
  ): Promise<boolean> {
    let there = false;
    await within(['keys', ...names], 'readwrite', (transaction) => {
      const asked: IDBRequest<KeyRow | undefined> = transaction.objectStore('keys').get(CURRENT);
      asked.onsuccess = () => {
        there = asked.result?.label === label;
        if (there && asked.result) write(transaction, asked.result);
      };
      return asked;
    });
    return there;
  }

  async function claim(row: KeyRow): Promise<KeyRow> {
    let found: KeyRow | undefined;
    await within(['keys'], 'readwrite', (transaction) => {
      const keys = transaction.objectStore('keys');
      const asked: IDBRequest<KeyRow | undefined> = keys.get(CURRENT);
      asked.onsuccess = () => {
        found = asked.result;
        if (!found) keys.put(row, CURRENT);
      };
      return asked;
    });
    return found ?? row;
  }

  async function shred(label?: string): Promise<void> {
    let gone = false;
    await within(['keys'], 'readwrite', (transaction) => {
      const keys = transaction.objectStore('keys');
      const asked: IDBRequest<KeyRow | undefined> = keys.get(CURRENT);
      asked.onsuccess = () => {
        gone = label === undefined || asked.result === undefined || asked.result.label === label;
        if (gone) keys.clear();
      };
      return asked;
    });
    // The keys first, in a transaction of their own: whatever comes of the rest, nobody can read it any more.
    if (gone) await clearUnkeyed();
  }

  /** A new owner's keys may have come in between: then the rows are theirs. */
  function clearUnkeyed(): Promise<unknown> {
    return within(['keys', ...RECORDS], 'readwrite', (transaction) => {
      const asked: IDBRequest<KeyRow | undefined> = transaction.objectStore('keys').get(CURRENT);
      asked.onsuccess = () => {
        if (!asked.result) for (const name of RECORDS) transaction.objectStore(name).clear();
      };
      return asked;
    });
  }

  return {
    key: () =>
      within(['keys'], 'readonly', (at) => at.objectStore('keys').get(CURRENT) as IDBRequest<KeyRow | undefined>),
    claim,
    rename: async (label, owner) => {
      await under([], label, (at, held) => at.objectStore('keys').put({ ...held, owner }, CURRENT));
    },
    get: (store, id) =>
      within([store], 'readonly', (at) => at.objectStore(store).get(id) as IDBRequest<Row | undefined>),
    all: (store) => within([store], 'readonly', (at) => at.objectStore(store).getAll() as IDBRequest<Row[]>),
    put: (store, label, row) => under([store], label, (at) => at.objectStore(store).put(row)),
    remove: async (store, label, ids) => {
      await under([store], label, (at) => {
        for (const id of ids) at.objectStore(store).delete(id);
      });
    },
    shred,
  };
}

function failureOf(error: DOMException | null): Error {
  if (error?.name === 'QuotaExceededError') return new VaultFull('The browser gives no more room.');
  return error ?? new Error('The browser gave the transaction up.');
}
