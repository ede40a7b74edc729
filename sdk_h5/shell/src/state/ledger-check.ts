/** The check of one entry as it is asked for by a tap: what was found, or why nothing could be. */
import { type ComputedRef, computed } from 'vue';
import { isProblem } from '@/api/client';
import { latestCheckpoint, readConsistency, readProof } from '@/api/ledger';
import type { LedgerEntry } from '@/api/types';
import { type Checked, checkEntry, STEPS } from '@/proof/check';
import { readCheckpoint } from '@/proof/notes';
import { type Loaded, useLoad } from './load';
import { rememberLedger, seenLedger } from './seen';

export interface CheckedEntry extends Checked {
  /** The entry's place counted from one, and how many entries the checkpoint is over. */
  place: number;
  size: number;
}

export type Verdict = 'holds' | 'partly' | 'fails';

export function useLedgerCheck(entry: LedgerEntry): Loaded<CheckedEntry> & {
  verdict: ComputedRef<Verdict | null>;
  /** No checkpoint covers the entry yet: that is a matter of a minute, and no failure. */
  early: ComputedRef<boolean>;
} {
  const loaded = useLoad(() => check(entry));
  return {
    ...loaded,
    verdict: computed(() => loaded.data.value && verdictOf(loaded.data.value)),
    early: computed(() => isProblem(loaded.error.value, 'entry-not-covered', 'checkpoint-unknown')),
  };
}

async function check(entry: LedgerEntry): Promise<CheckedEntry> {
  const [proof, latest] = await Promise.all([readProof(entry.id), latestCheckpoint()]);
  const checked = await checkEntry(entry, { proof, latest, consistency: readConsistency }, seenLedger());
  if (checked.newest) rememberLedger(checked.newest);
  return { ...checked, place: proof.index + 1, size: readCheckpoint(proof.checkpoint)?.size ?? proof.size };
}

export function verdictOf({ holds, findings }: Checked): Verdict {
  if (!holds) return 'fails';
  return STEPS.every((step) => findings[step] === 'passed') ? 'holds' : 'partly';
}
