import { BridgeError } from '@onecity/host';
import type { WriteQueue } from './contract';

export type { Asker, QueuedCall, QueuedState, WriteQueue } from './contract';

export const queue: WriteQueue = {
  add: () => Promise.reject(new BridgeError('QUEUE_UNAVAILABLE', 'This browser keeps nothing.')),
  list: () => Promise.resolve([]),
  onChange: () => () => undefined,
};
