/**
 * Whether a value holds more than about `most` bytes. Never walks further than that; a cycle counts once.
 * `files: false` leaves the contents of files and blobs out: they are handed over, not copied.
 */
export function exceeds(value: unknown, most: number, { files = true } = {}): boolean {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  let total = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    total += weigh(next, files);
    if (total > most) return true;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    for (const member of membersOf(next)) {
      // Each weighs more than one byte, so this many waiting are too heavy already.
      if (waiting.push(member) > most) return true;
    }
  }
  return false;
}

/** As JSON would have it: two bytes of punctuation for a container, eight for a number, a string's own length. */
function weigh(value: unknown, files: boolean): number {
  if (typeof value === 'string') return value.length + 2;
  if (isBinary(value)) return value.byteLength;
  if (value instanceof Blob) return files ? value.size : 2;
  return typeof value === 'object' ? 2 : 8;
}

function* membersOf(value: object): Iterable<unknown> {
  if (isBinary(value)) return;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) yield* value;
  else for (const key of Object.keys(value)) yield* [key, (value as Record<string, unknown>)[key]];
}

function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
