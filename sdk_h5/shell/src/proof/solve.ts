import { sha256 } from './sha256';

/** What the city asks in place of a picture puzzle: work that a phone does in a second and a flood cannot afford. */
export interface Challenge {
  id: string;
  salt: string;
  bits: number;
}

/** The first decimal nonce for which SHA-256 of `salt:nonce` begins with that many zero bits. */
export function solve({ salt, bits }: Pick<Challenge, 'salt' | 'bits'>): string {
  const encoder = new TextEncoder();
  for (let nonce = 0; ; nonce += 1) {
    if (zeroBits(sha256(encoder.encode(`${salt}:${nonce}`))) >= bits) return String(nonce);
  }
}

/** How many bits at the front are zero. */
export function zeroBits(words: Uint32Array): number {
  const first = words.findIndex((value) => value !== 0);
  return first < 0 ? words.length * 32 : first * 32 + Math.clz32(words[first] as number);
}
