/**
 * What the verify button does: it recomputes, in this browser and from the entry's own bytes, everything that the
 * city claims of an entry of the ledger. Each step is found right or wrong by itself:
 *
 *   content    the bytes that are proven say what the list showed, at the place that its id names
 *   path       SHA-256(0x00 || content) and the path of hashes lead to the root of the checkpoint (RFC 9162, 2.1.3)
 *   signature  the ledger's key signed that checkpoint, and the newest one (C2SP signed-note, Ed25519)
 *   whose      the commitment of the entry opens to the account that the proof names
 *   history    every ledger seen here before is the beginning of the one seen now (RFC 9162, 2.1.4)
 */
import { isProblem } from '@/api/client';
import type { ConsistencyProof, EntryProof, SignedCheckpoint } from '@/api/ledger';
import type { LedgerEntry } from '@/api/types';
import { type Bytes, decoded, utf8 } from './bytes';
import { idOf, isAbout, readContent, tellsTheSame } from './entry';
import { extendsTree, includes, leafHash, type Tree } from './merkle';
import { type Checkpoint, readCheckpoint, readKey, type Signed, signedBy } from './notes';

export const STEPS = ['content', 'path', 'signature', 'whose', 'history'] as const;
export type Step = (typeof STEPS)[number];
/** `open`: it cannot be told here, for the reason that the step's words give. */
export type Finding = 'passed' | 'failed' | 'open';

export interface Checked {
  findings: Record<Step, Finding>;
  /** Nothing failed; steps may have stayed open. */
  holds: boolean;
  /** The largest tree that was checked, to hold the next one against; null where anything failed. */
  newest: Tree | null;
}

export interface Evidence {
  proof: EntryProof;
  latest: SignedCheckpoint;
  /** The proof that the later of two checkpoints continues the earlier. */
  consistency: (from: number, to: number) => Promise<ConsistencyProof>;
}

export async function checkEntry(shown: LedgerEntry, evidence: Evidence, seen: Tree | null): Promise<Checked> {
  const checkpoints = [evidence.proof.checkpoint, evidence.latest.checkpoint].map(readCheckpoint);
  const [proven, latest] = checkpoints as [Checkpoint | null, Checkpoint | null];
  const trees = [seen, proven, latest].filter((tree): tree is Tree => tree !== null);
  const findings: Record<Step, Finding> = {
    content: finding(saysWhatWasShown(evidence.proof, shown)),
    path: finding(await leadsToRoot(evidence.proof, proven)),
    signature: await signature(evidence, proven, latest),
    whose: await whose(evidence.proof),
    history: finding(proven !== null && latest !== null && (await isOneHistory(trees, evidence.consistency))),
  };
  const holds = STEPS.every((step) => findings[step] !== 'failed');
  return { findings, holds, newest: holds ? largest(trees) : null };
}

const finding = (right: boolean): Finding => (right ? 'passed' : 'failed');

function saysWhatWasShown({ content, index }: EntryProof, shown: LedgerEntry): boolean {
  const members = readContent(content);
  return members !== null && tellsTheSame(members, shown) && idOf(index) === shown.id;
}

async function leadsToRoot(proof: EntryProof, checkpoint: Checkpoint | null): Promise<boolean> {
  const path = hashes(proof.hashes);
  if (!path || checkpoint?.size !== proof.size) return false;
  return includes(checkpoint, await leafHash(utf8(proof.content)), proof.index, path);
}

async function signature(evidence: Evidence, ...checkpoints: (Checkpoint | null)[]): Promise<Finding> {
  const key = await readKey(evidence.latest.key);
  if (!key || checkpoints.some((checkpoint) => checkpoint?.origin !== key.name)) return 'failed';
  const notes = [evidence.proof.checkpoint, evidence.latest.checkpoint];
  const signed = await Promise.all(notes.map((note) => signedBy(note, key)));
  const worst = (['wrong', 'unsupported', 'right'] as const).find((one) => signed.includes(one)) ?? 'wrong';
  return OF_SIGNATURES[worst];
}

const OF_SIGNATURES: Record<Signed, Finding> = { right: 'passed', wrong: 'failed', unsupported: 'open' };

/** Left open for what was done for somebody else: only they can show whose it is. */
async function whose({ content, who }: EntryProof): Promise<Finding> {
  if (!who) return 'open';
  const members = readContent(content);
  return finding(members !== null && (await isAbout(members, who)));
}

/** Whether each of these trees begins with the one before it. */
async function isOneHistory(trees: readonly Tree[], consistency: Evidence['consistency']): Promise<boolean> {
  const ordered = [...trees].sort((one, other) => one.size - other.size);
  for (const [place, later] of ordered.entries()) {
    const earlier = ordered[place - 1];
    if (earlier && !(await continues(earlier, later, consistency))) return false;
  }
  return true;
}

async function continues(earlier: Tree, later: Tree, consistency: Evidence['consistency']): Promise<boolean> {
  if (earlier.size === later.size) return extendsTree(earlier, later, []);
  try {
    const path = hashes((await consistency(earlier.size, later.size)).hashes);
    return path !== null && extendsTree(earlier, later, path);
  } catch (error) {
    // A checkpoint that this browser saw and the city does not know any more was taken back.
    if (isProblem(error, 'checkpoint-unknown')) return false;
    throw error;
  }
}

function hashes(encoded: readonly string[]): Bytes[] | null {
  const path = encoded.map(decoded);
  return path.every((hash): hash is Bytes => hash !== null) ? path : null;
}

const largest = (trees: readonly Tree[]): Tree | null =>
  trees.reduce<Tree | null>((most, tree) => (most && most.size >= tree.size ? most : tree), null);
