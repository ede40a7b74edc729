import { createBucket, HANDSHAKE_RATE } from './limits.js';
import { readSyn, type Syn } from './read.js';

/** Why a SYN from the frame was not answered. Its page is told nothing; developers should be. */
export interface Refusal {
  reason: 'origin' | 'version' | 'form' | 'rate';
  /** Where the page came from that sent it. */
  origin: string;
}

export type Gate = (event: Pick<MessageEvent<unknown>, 'data' | 'origin'>) => Syn | Refusal | null;

const MOST_NONCES = 100;

/** Decides about what the frame's own window sent: a SYN to answer, one to refuse, or null for anything else. */
export function createGate(origin: string): Gate {
  const mayShakeHands = createBucket(HANDSHAKE_RATE);
  const answered = new Set<string>();

  function remember(nonce: string): void {
    answered.add(nonce);
    const [oldest] = answered;
    if (answered.size > MOST_NONCES && oldest) answered.delete(oldest);
  }

  return ({ data, origin: from }) => {
    const syn = readSyn(data);
    if (syn === null) return null;
    if (from !== origin) return { reason: 'origin', origin: from };
    if (typeof syn === 'string') return { reason: syn, origin: from };
    if (answered.has(syn.nonce)) return null;
    if (!mayShakeHands()) return { reason: 'rate', origin: from };
    remember(syn.nonce);
    return syn;
  };
}

const WORDS: Readonly<Record<Refusal['reason'], string>> = {
  origin: 'it is not from the origin of the service in this frame',
  version: 'it speaks another version of the bridge',
  form: 'it has no proper nonce',
  rate: 'it asks too often',
};

/** The refusal in the words that the console shows unless somebody else listens. */
export function inWords({ reason, origin }: Refusal): string {
  return `A page from ${origin} asked for the bridge and got no answer: ${WORDS[reason]}.`;
}
