import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/client';
import { withProof } from '@/proof/answer';
import { sha256 } from '@/proof/sha256';
import { solve, zeroBits } from '@/proof/solve';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
const digestOf = async (text: string) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text)));
const hexOf = (digest: Uint8Array) => [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of "%s" is that of FIPS 180-4', (text, digest) => {
    expect(hex(sha256(bytes(text)))).toBe(digest);
  });

  it('is right about every length around a block', async () => {
    for (let length = 50; length < 140; length += 1) {
      const text = '盐'.repeat(length).slice(0, length);
      expect(hex(sha256(bytes(text)))).toBe(hexOf(await digestOf(text)));
    }
  });
});

describe('the work', () => {
  it('ends with a nonce that the city would take', async () => {
    const nonce = solve({ salt: 'salt', bits: 10 });
    const [first, second = 255] = await digestOf(`salt:${nonce}`);
    expect(nonce).toMatch(/^\d+$/);
    expect([first, second >> 6]).toEqual([0, 0]);
  });

  it.each([
    [[0x80000000], 0],
    [[0x00000001, 5], 31],
    [[0, 0x40000000], 33],
    [[0, 0], 64],
  ])('counts zero bits of %j as %i', (words, count) => {
    expect(zeroBits(Uint32Array.from(words))).toBe(count);
  });
});

describe('a call that wants work first', () => {
  const challenge = { id: 'c1', salt: 's', bits: 3, expires_in: 60 };

  it('is made again with the proof, and says so while at work', async () => {
    const told: boolean[] = [];
    const call = vi.fn().mockRejectedValueOnce(new ApiProblem('challenge-needed', 403, '', { challenge }));
    call.mockResolvedValueOnce('in');
    const done = await withProof(
      call,
      (working) => told.push(working),
      async () => '42',
    );
    expect(done).toBe('in');
    expect(call.mock.calls).toEqual([[], [{ challenge: 'c1', nonce: '42' }]]);
    expect(told).toEqual([true, false]);
  });

  it.each([
    ['another problem', new ApiProblem('wrong-code', 401, '')],
    ['a challenge it cannot read', new ApiProblem('challenge-needed', 403, '', { challenge: 7 })],
  ])('hands on %s as it is', async (_name, problem) => {
    await expect(withProof(() => Promise.reject(problem), vi.fn())).rejects.toBe(problem);
  });
});
