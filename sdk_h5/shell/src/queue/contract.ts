/** What the service page needs of the queue of writes; `index.ts` hands out the one there is. */
import type { QueuedCall, QueuedState } from '@onecity/host';

/** Whose write it is. Of another service, or under another mandate, nothing is seen. */
export interface Asker {
  service: string;
  mandate?: string | undefined;
  /** The service's own name for whoever the matter is of, as the token had it: it goes out under no other. */
  sub?: string | undefined;
}

export interface WriteQueue {
  /**
   * Keeps a call until the network is back; one with a key that waits already is not added twice. `call` is what the
   * mini-service said, and is read here. Rejects with a BridgeError: INVALID_ARGUMENT, QUEUE_FULL, or
   * QUEUE_UNAVAILABLE where the browser keeps nothing.
   */
  add(asker: Asker, call: unknown): Promise<QueuedState>;
  list(asker: Asker): Promise<QueuedState[]>;
  /** Hears of every change, in this tab or another, until the returned function is called. */
  onChange(listener: (asker: Asker, state: QueuedState) => void): () => void;
}

export const sameAsker = (one: Asker, other: Asker): boolean =>
  one.service === other.service && one.mandate === other.mandate;

export type { QueuedCall, QueuedState };
