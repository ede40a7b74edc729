/** Signed notes and the checkpoints written in them: C2SP signed-note and tlog-checkpoint. */
import { type Bytes, decoded, joined, same, sha256, utf8 } from './bytes';
import type { Tree } from './merkle';

const DASH = '\u2014 ';
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const ROOT_BYTES = 32;

export interface Checkpoint extends Tree {
  origin: string;
}

/** An Ed25519 key and the name that signs with it. */
export interface NoteKey {
  name: string;
  id: Bytes;
  raw: Bytes;
}

/** `unsupported`: this browser has no Ed25519, and so cannot tell. */
export type Signed = 'right' | 'wrong' | 'unsupported';

/** What is signed, whoever signed it: all up to the empty line before the signatures, its newline included. */
export function signedText(note: string): string {
  return `${note.slice(0, Math.max(0, note.lastIndexOf('\n\n')))}\n`;
}

/** The checkpoint in a note, or null where the text is none. Says nothing about who signed. */
export function readCheckpoint(note: string): Checkpoint | null {
  const [origin, digits, encoded] = signedText(note).split('\n');
  const size = Number(digits);
  const root = decoded(encoded ?? '');
  if (!origin || String(size) !== digits || !Number.isSafeInteger(size) || size < 1) return null;
  return root?.length === ROOT_BYTES ? { origin, size, root } : null;
}

/** A key as one word, `name+id+key`; null where the three do not belong together, or the key is of another kind. */
export async function readKey(vkey: string): Promise<NoteKey | null> {
  const [name, id, encoded] = split(vkey.trim());
  const raw = decoded(encoded);
  if (!name || !raw || raw[0] !== ED25519) return null;
  const digest = await sha256(joined(utf8(`${name}\n`), raw));
  const right = digest.slice(0, KEY_ID_BYTES);
  return hex(right) === id ? { name, id: right, raw: raw.slice(1) } : null;
}

/** Base64 has a `+` too, so only the first two part the word. */
function split(vkey: string): [string, string, string] {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  return [vkey.slice(0, first), vkey.slice(first + 1, second), vkey.slice(second + 1)];
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether this key signed the note; signatures of other keys are passed over. */
export async function signedBy(note: string, key: NoteKey): Promise<Signed> {
  const signature = signatureIn(note, key);
  if (!signature) return 'wrong';
  const imported = await importKey(key.raw);
  if (!imported) return 'unsupported';
  const right = await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, utf8(signedText(note)));
  return right ? 'right' : 'wrong';
}

function signatureIn(note: string, key: NoteKey): Bytes | undefined {
  const begin = `${DASH}${key.name} `;
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  return lines
    .filter((line) => line.startsWith(begin))
    .map((line) => decoded(line.slice(begin.length)))
    .find((raw): raw is Bytes => raw !== null && same(raw.slice(0, KEY_ID_BYTES), key.id))
    ?.slice(KEY_ID_BYTES);
}

/** Null where the browser does not know the algorithm: Chromium has it from 137 on, Firefox from 129, Safari from 17. */
async function importKey(raw: Bytes): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    return null;
  }
}
