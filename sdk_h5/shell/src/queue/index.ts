import type { WriteQueue } from './contract';
import { add, list, onChange } from './writes';

export type { Asker, QueuedCall, QueuedState, WriteQueue } from './contract';

/** The writes that wait for the network. */
export const queue: WriteQueue = { add, list, onChange };
