/**
 * Sealing with AES-GCM (256 bit; NIST SP 800-38D) under keys that the browser hands to nobody. Every record has a fresh
 * IV of 96 bits, and is bound to its store, its name, its time and the account: one that is moved does not open.
 */
import type { KeyRow, Row, StoreName } from './shelf';

export type Keys = Pick<KeyRow, 'label' | 'sealing' | 'naming'>;

const FORMAT = 1;
const IV_BYTES = 12;

export async function makeKeys(): Promise<Keys> {
  const [sealing, naming] = await Promise.all([
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ]);
  return { label: crypto.randomUUID(), sealing, naming };
}

/** The name under which a record lies: of an address or an id nothing can be read from it. */
export async function blind({ naming }: Keys, store: string, name: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', naming, bytes(JSON.stringify([store, name])));
  return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function seal(
  keys: Keys,
  store: StoreName | 'keys',
  id: string,
  value: unknown,
  at: number,
): Promise<Row> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: place(keys, store, id, at) };
  return { id, at, iv, data: await crypto.subtle.encrypt(algorithm, keys.sealing, bytes(JSON.stringify(value))) };
}

/** What was sealed; undefined for a row that was not sealed here, for this account, under this name. */
export async function unseal<T>(keys: Keys, store: StoreName | 'keys', row: Row): Promise<T | undefined> {
  const { id, at, iv, data } = row;
  try {
    const algorithm = { name: 'AES-GCM', iv, additionalData: place(keys, store, id, at) };
    const plain = await crypto.subtle.decrypt(algorithm, keys.sealing, data);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return undefined;
  }
}

function place({ label }: Keys, store: string, id: string, at: number): Uint8Array<ArrayBuffer> {
  return bytes(JSON.stringify([FORMAT, label, store, id, at]));
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
