/**
 * SHA-256 (FIPS 180-4) of a short text, at once. The browser's own digest answers with a promise each time, which
 * over a quarter of a million tries costs a phone some thirty times as long.
 */

/** Everything a digest needs, made once: the tries then make no garbage. */
const schedule = new Uint32Array(64);
const K = new Uint32Array(64);
const START = new Uint32Array(8);

for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  if (!isPrime(candidate)) continue;
  if (found < 8) START[found] = fraction(Math.sqrt(candidate));
  K[found] = fraction(Math.cbrt(candidate));
  found += 1;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
}

/** The first 32 bits of what is behind the point. */
function fraction(number: number): number {
  return ((number - Math.floor(number)) * 2 ** 32) >>> 0;
}

/** The eight words of the digest. */
export function sha256(message: Uint8Array): Uint32Array {
  const padded = pad(message);
  const state = START.slice();
  for (let offset = 0; offset < padded.byteLength; offset += 64) compress(state, padded, offset);
  return state;
}

function pad(message: Uint8Array): DataView {
  const blocks = new Uint8Array((((message.length + 8) >> 6) + 1) << 6);
  blocks.set(message);
  blocks[message.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 4, message.length * 8);
  return view;
}

const turn = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));
const word = (words: Uint32Array, place: number): number => words[place] as number;

function fill(view: DataView, offset: number): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const early = word(schedule, i - 15);
    const late = word(schedule, i - 2);
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[i] = word(schedule, i - 16) + s0 + word(schedule, i - 7) + s1;
  }
}

function compress(state: Uint32Array, view: DataView, offset: number): void {
  fill(view, offset);
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i += 1) {
    const t1 =
      (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + word(K, i) + word(schedule, i)) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, place) => {
    state[place] = word(state, place) + value;
  });
}
