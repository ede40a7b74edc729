/**
 * The tree of hashes of RFC 9162, section 2.1, as far as a reader of it needs it. Places and sizes are halved by
 * division: a shift would cut them at 32 bits.
 */
import { type Bytes, joined, same, sha256 } from './bytes';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH_BYTES = 32;

const half = (number: number): number => Math.floor(number / 2);
const odd = (number: number): boolean => number % 2 === 1;

export const leafHash = (content: Bytes): Promise<Bytes> => sha256(joined(LEAF, content));
export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(joined(NODE, left, right));

/** A tree as a checkpoint names it. */
export interface Tree {
  size: number;
  root: Bytes;
}

/** Whether `path` shows that `leaf` (a hash) is number `index` in the tree (section 2.1.3.2). */
export async function includes(tree: Tree, leaf: Bytes, index: number, path: readonly Bytes[]): Promise<boolean> {
  if (!isPlace(index) || index >= tree.size || !areHashes(path)) return false;
  let [place, last, found] = [index, tree.size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    const left = odd(place) || place === last;
    found = left ? await nodeHash(sibling, found) : await nodeHash(found, sibling);
    [place, last] = climbed(place, last, left);
  }
  return last === 0 && same(found, tree.root);
}

/** Whether `path` shows that the tree `later` begins with `earlier` (section 2.1.4.2). */
export async function extendsTree(earlier: Tree, later: Tree, path: readonly Bytes[]): Promise<boolean> {
  if (earlier.size === later.size) return path.length === 0 && same(earlier.root, later.root);
  if (earlier.size < 1 || earlier.size > later.size || !path.length || !areHashes(path)) return false;
  const [first, ...rest] = isPower(earlier.size) ? [earlier.root, ...path] : path;
  let [place, last] = [earlier.size - 1, later.size - 1];
  while (odd(place)) [place, last] = [half(place), half(last)];
  let [old, fresh] = [first as Bytes, first as Bytes];
  for (const sibling of rest) {
    if (last === 0) return false;
    const left = odd(place) || place === last;
    if (left) old = await nodeHash(sibling, old);
    fresh = left ? await nodeHash(sibling, fresh) : await nodeHash(fresh, sibling);
    [place, last] = climbed(place, last, left);
  }
  return last === 0 && same(old, earlier.root) && same(fresh, later.root);
}

/** A level up; past all levels on which the node is the last one and has no sibling. */
function climbed(place: number, last: number, left: boolean): [number, number] {
  while (left && !odd(place) && place) [place, last] = [half(place), half(last)];
  return [half(place), half(last)];
}

const isPlace = (index: number): boolean => Number.isSafeInteger(index) && index >= 0;
const areHashes = (path: readonly Bytes[]): boolean => path.every((hash) => hash.length === HASH_BYTES);

function isPower(number: number): boolean {
  while (number > 1 && !odd(number)) number = half(number);
  return number === 1;
}
