import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/client';
import type { EntryProof, SignedCheckpoint } from '@/api/ledger';
import type { LedgerEntry } from '@/api/types';
import { decoded } from '@/proof/bytes';
import { checkEntry, type Evidence, type Step } from '@/proof/check';
import { extendsTree, includes, leafHash, nodeHash, type Tree } from '@/proof/merkle';
import { readCheckpoint, readKey, signedBy } from '@/proof/notes';
import { parseSeen, rememberLedger, seenLedger } from '@/state/seen';
import given from './ledger-vectors.json';
import { text } from './stubs';

/** Made by the gateway's own modules: nine entries, every tree over them, every proof between them. */
const inclusion = Object.entries(given.inclusion);
const consistency = Object.entries(given.consistency);
const notes: Record<string, string> = given.checkpoints;
const bytes = (encoded: string) => decoded(encoded) ?? expect.fail();
const tree = (size: number | string): Tree => readCheckpoint(notes[size] ?? '') ?? expect.fail();
const pair = (key: string) => key.split('/').map(Number) as [number, number];
const leaf = (index: number) => leafHash(new TextEncoder().encode(given.entries[index]?.content));
const flipped = (encoded: string) => (encoded.startsWith('A') ? 'B' : 'A') + encoded.slice(1);

describe('a path', () => {
  it.each(inclusion)('leads from leaf to root: %s', async (key, path) => {
    const [index, size] = pair(key);
    expect(await includes(tree(size), await leaf(index), index, path.map(bytes))).toBe(true);
  });

  it('leads nowhere from another place, in another tree, or when it is longer or shorter', async () => {
    const path = given.inclusion['3/7'].map(bytes);
    const tries = [
      includes(tree(7), await leaf(3), 2, path),
      includes(tree(7), await leaf(2), 3, path),
      includes(tree(8), await leaf(3), 3, path),
      includes({ ...tree(7), size: 9 }, await leaf(3), 3, path),
      includes(tree(7), await leaf(3), 3, path.slice(1)),
      includes(tree(7), await leaf(3), 3, [...path, ...path]),
      includes(tree(7), await leaf(3), 7, path),
      includes(tree(7), await leaf(3), 3.5, path),
      includes(tree(7), await leaf(3), 3, [path[0]?.slice(1) ?? expect.fail(), ...path.slice(1)]),
    ];
    expect(await Promise.all(tries)).toEqual(tries.map(() => false));
  });

  it('is right beyond 32 bits', async () => {
    const [x, a, b, whole] = await Promise.all([1, 2, 3, 4].map((byte) => leafHash(Uint8Array.of(byte))));
    if (!x || !a || !b || !whole) return expect.fail();
    const root = await nodeHash(whole, await nodeHash(await nodeHash(a, x), b));
    const tall = { size: 2 ** 33 + 3, root };
    expect(await includes(tall, x, 2 ** 33 + 1, [a, b, whole])).toBe(true);
    expect(await includes(tall, x, 1, [a, b, whole])).toBe(false);
  });
});

describe('a later tree', () => {
  it.each(consistency)('begins with the earlier: %s', async (key, path) => {
    const [earlier, later] = pair(key);
    expect(await extendsTree(tree(earlier), tree(later), path.map(bytes))).toBe(true);
  });

  it('that is another, shorter, or proven by a changed path does not', async () => {
    const path = given.consistency['3/7'].map(bytes);
    const other = { ...tree(3), root: tree(4).root };
    const bent = [bytes(flipped(given.consistency['3/7'][0] ?? '')), ...path.slice(1)];
    const tries = [
      extendsTree(other, tree(7), path),
      extendsTree(tree(7), tree(3), path),
      extendsTree(tree(3), tree(7), bent),
      extendsTree(tree(3), tree(7), []),
      extendsTree(tree(3), { ...tree(3), root: tree(4).root }, []),
    ];
    expect(await Promise.all(tries)).toEqual(tries.map(() => false));
  });
});

describe('a checkpoint', () => {
  const note = notes[7] ?? '';

  it('is read and its signature found right', async () => {
    const key = (await readKey(given.key)) ?? expect.fail();
    expect(readCheckpoint(note)?.size).toBe(7);
    expect(await signedBy(note, key)).toBe('right');
    expect(await signedBy(note.replace('\n7\n', '\n8\n'), key)).toBe('wrong');
    expect(await signedBy(`${note}— city.example/ledger AAAAAAAA\n— other.example AAAA\n`, key)).toBe('right');
    expect(await signedBy(note.slice(0, note.indexOf('—')), key)).toBe('wrong');
  });

  it.each(['', 'x', '\n7\nAAAA\n\n', note.replace('\n7\n', '\n07\n'), note.replace('=\n', '\n')])(
    'is none: %j',
    (broken) => expect(readCheckpoint(broken)).toBeNull(),
  );

  it.each([given.key.replace('1f204912', '1f204913'), `x${given.key}`, 'a+b+c', ''])('has no key %j', async (broken) =>
    expect(await readKey(broken)).toBeNull(),
  );
});

const INDEX = 4;
const SIZE = 7;
const NEWEST = 9;

function shown(): LedgerEntry {
  const { id, content } = given.entries[INDEX] ?? expect.fail();
  const members = JSON.parse(content);
  const service = { id: members.service, name: text('办证预约') };
  const department = { id: members.department, name: text('政务服务中心') };
  return { ...members, id, service, department, at: new Date(members.at).toISOString() };
}

function proof(): EntryProof {
  const { content, opening } = given.entries[INDEX] ?? expect.fail();
  const hashes = [...given.inclusion[`${INDEX}/${SIZE}` as keyof typeof given.inclusion]];
  const who = { account: given.account, mandate: null, opening };
  return { content, index: INDEX, size: SIZE, hashes, checkpoint: notes[SIZE] ?? '', who };
}

function evidence(change: (one: EntryProof, latest: SignedCheckpoint) => void = () => undefined): Evidence {
  const made = { proof: proof(), latest: { size: NEWEST, checkpoint: notes[NEWEST] ?? '', key: given.key } };
  change(made.proof, made.latest);
  const between = async (from: number, to: number) => {
    const hashes = given.consistency[`${from}/${to}` as keyof typeof given.consistency];
    return { from: '', to: '', hashes };
  };
  return { ...made, consistency: between };
}

const failed = (findings: Record<Step, string>) =>
  Object.entries(findings)
    .filter(([, finding]) => finding === 'failed')
    .map(([step]) => step);

describe('an entry', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('holds in all five steps, and what was checked is kept for the next time', async () => {
    const { findings, holds, newest } = await checkEntry(shown(), evidence(), tree(2));
    expect(findings).toEqual({
      content: 'passed',
      path: 'passed',
      signature: 'passed',
      whose: 'passed',
      history: 'passed',
    });
    expect([holds, newest]).toEqual([true, { origin: 'city.example/ledger', ...tree(NEWEST) }]);
  });

  it.each<[string, (one: EntryProof, latest: SignedCheckpoint) => void, Step[]]>([
    [
      'a flipped leaf',
      (one) => Object.assign(one, { content: one.content.replace('200', '201') }),
      ['content', 'path'],
    ],
    ['a flipped node', (one) => one.hashes.splice(0, 1, flipped(one.hashes[0] ?? '')), ['path']],
    ['a node that is no base64', (one) => one.hashes.splice(0, 1, '?'), ['path']],
    ['a wrong size', (one) => Object.assign(one, { size: SIZE + 1 }), ['path']],
    ['a wrong place', (one) => Object.assign(one, { index: INDEX + 1 }), ['content', 'path']],
    [
      'a wrong signature',
      (one) => Object.assign(one, { checkpoint: one.checkpoint.replace(/(ledger \w{20})./, '$1/') }),
      ['signature'],
    ],
    [
      'a checkpoint that was changed',
      (one) => Object.assign(one, { checkpoint: one.checkpoint.replace('\n7\n', '\n6\n') }),
      ['path', 'signature', 'history'],
    ],
    ['another key', (_one, latest) => Object.assign(latest, { key: flipped(latest.key) }), ['signature']],
    ['another account', (one) => Object.assign(one.who ?? {}, { account: '01OTHER' }), ['whose']],
    ['no checkpoint', (one) => Object.assign(one, { checkpoint: '' }), ['path', 'signature', 'history']],
    ['no entry', (one) => Object.assign(one, { content: '[]' }), ['content', 'path', 'whose']],
  ])('fails visibly with %s', async (_name, change, steps) => {
    const { findings, holds, newest } = await checkEntry(shown(), evidence(change), null);
    expect([failed(findings), holds, newest]).toEqual([steps, false, null]);
  });

  it.each<[string, Partial<LedgerEntry>]>([
    ['action', { action: 'write' }],
    ['outcome', { outcome: 403 }],
    ['bytes', { sent: 1 }],
    ['time', { at: '2020-01-01T00:00:00Z' }],
    ['service', { service: { id: 'other', name: text('x') } }],
    ['scopes', { scopes: [] }],
    ['words', { summary: text('查看预约') }],
    ['id', { id: '0'.repeat(26) }],
  ])('is not what was shown when its %s differs', async (_name, other) => {
    const { findings } = await checkEntry({ ...shown(), ...other }, evidence(), null);
    expect(failed(findings)).toEqual(['content']);
  });

  it('of a ledger other than the one seen before fails, also where the city forgot that one', async () => {
    const before = { ...tree(5), root: tree(4).root };
    expect(failed((await checkEntry(shown(), evidence(), before)).findings)).toEqual(['history']);
    const forgetful = {
      ...evidence(),
      consistency: () => Promise.reject(new ApiProblem('checkpoint-unknown', 404, '')),
    };
    expect(failed((await checkEntry(shown(), forgetful, tree(5))).findings)).toEqual(['history']);
  });

  it('is not judged where the network fails', async () => {
    const cut = { ...evidence(), consistency: () => Promise.reject(new ApiProblem('offline', 0, '')) };
    await expect(checkEntry(shown(), cut, tree(5))).rejects.toThrow('offline');
  });

  it('leaves the signature open where the browser has no Ed25519, and whose it is where nobody says', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    const silent = evidence((one) => Object.assign(one, { who: null }));
    const { findings, holds } = await checkEntry(shown(), silent, null);
    expect([findings.signature, findings.whose, holds]).toEqual(['open', 'open', true]);
  });
});

describe('the ledger seen last', () => {
  it('is kept as size and root alone', () => {
    rememberLedger(tree(7));
    expect(seenLedger()).toEqual({ size: 7, root: tree(7).root });
    expect(Object.keys(JSON.parse(localStorage.getItem('onecity-ledger-seen') ?? ''))).toEqual(['size', 'root']);
    localStorage.clear();
  });

  it.each([null, 'null', '7', '{}', '{"size":"7","root":"AA=="}', '{"size":7,"root":"?"}'])('is none in %s', (stored) =>
    expect(parseSeen(stored)).toBeNull(),
  );
});
