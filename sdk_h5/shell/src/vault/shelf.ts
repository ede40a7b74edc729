/**
 * Where sealed rows lie, as the vault needs it: IndexedDB in a browser, a map in tests.
 *
 * Whoever writes says for which key, by its label, and the shelf compares it with the key that is there within the same
 * transaction: what a slow tab writes after another has signed out lands nowhere.
 */

export type StoreName = 'cache' | 'queue';

/** `id` is the name blinded; `at` when it was written, in milliseconds, bound to what is sealed. */
export interface Row {
  id: string;
  at: number;
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** The keys of the one account whose content lies here. Neither can be read out of the browser by any page. */
export interface KeyRow {
  label: string;
  sealing: CryptoKey;
  naming: CryptoKey;
  /** Who it is for, sealed as well. */
  owner: Row;
}

export interface Shelf {
  key(): Promise<KeyRow | undefined>;
  /** Puts the keys where none are; answers the ones that are there then, perhaps another tab's. */
  claim(row: KeyRow): Promise<KeyRow>;
  /** Says anew who the keys are for. */
  rename(label: string, owner: Row): Promise<void>;
  get(store: StoreName, id: string): Promise<Row | undefined>;
  all(store: StoreName): Promise<Row[]>;
  /** False when the keys of that label are gone: nothing was written then. Rejects with VaultFull. */
  put(store: StoreName, label: string, row: Row): Promise<boolean>;
  remove(store: StoreName, label: string, ids: readonly string[]): Promise<void>;
  /** Destroys the keys, those of `label` or whichever, and then all rows; a label that is gone is no error. */
  shred(label?: string): Promise<void>;
}

/** The browser gives no more room. */
export class VaultFull extends Error {
  override readonly name = 'VaultFull';
}
