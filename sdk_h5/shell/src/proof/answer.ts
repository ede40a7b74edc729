import { isProblem } from '@/api/client';
import type { Proof } from '@/api/sign-in';
import type { Challenge } from './solve';

/** Works on a challenge; rejects when that cannot be done here. */
export type Solver = (challenge: Challenge) => Promise<string>;

/** In a worker of its own, ended with its answer. */
export const solveAside: Solver = (challenge) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const end = (act: () => void) => {
      worker.terminate();
      act();
    };
    worker.onmessage = ({ data }: MessageEvent<string>) => end(() => resolve(data));
    worker.onerror = (event) => end(() => reject(new Error(event.message)));
    worker.postMessage(challenge);
  });

/** Makes the call; where the city first wants work, does that and makes the call again with it. `told`: it is at work. */
export async function withProof<T>(
  call: (proof?: Proof) => Promise<T>,
  told: (working: boolean) => void,
  solver: Solver = solveAside,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const challenge = isProblem(error, 'challenge-needed') ? challengeIn(error.members.challenge) : null;
    if (!challenge) throw error;
    return call(await worked(challenge, told, solver));
  }
}

async function worked(challenge: Challenge, told: (working: boolean) => void, solver: Solver): Promise<Proof> {
  told(true);
  try {
    return { challenge: challenge.id, nonce: await solver(challenge) };
  } finally {
    told(false);
  }
}

function challengeIn(value: unknown): Challenge | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, salt, bits } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof salt === 'string' && typeof bits === 'number' ? { id, salt, bits } : null;
}
