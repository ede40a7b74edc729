import type { QueuedCall, QueuedState } from '@onecity/sdk/wire';
import { BridgeError } from '../errors.js';
import { readQueuedCall, readSettled } from '../params/index.js';
import type { Handlers } from '../serve.js';

interface Waiting {
  call: QueuedCall & { id: string };
  state: QueuedState;
}

/** Writes that wait for the network, in memory; `onChange` hears of each change, as a page does by the event `queue`. */
export function queueHandlers(onChange: (state: QueuedState) => void = () => {}): Handlers {
  const waiting: Waiting[] = [];

  function become(one: Waiting, news: Partial<QueuedState>): QueuedState {
    one.state = { ...one.state, ...news, at: new Date().toISOString() };
    onChange(one.state);
    return one.state;
  }

  function add(call: QueuedCall): QueuedState {
    const known = waiting.find(({ state }) => state.key === call.key);
    if (known) return known.state;
    const id = crypto.randomUUID();
    const state: QueuedState = { id, key: call.key, title: call.title, state: 'queued', at: '' };
    const one = { call: { ...call, id }, state };
    waiting.push(one);
    return become(one, {});
  }

  return {
    'queue.add': async (params) => add(readQueuedCall(params)),
    'queue.list': async () => waiting.map(({ state }) => state),
    'queue.next': async () => waiting.find(({ state }) => state.state === 'queued')?.call ?? null,
    'queue.settle': async (params) => {
      const { id, status, retry } = readSettled(params);
      const one = waiting.find(({ state }) => state.id === id);
      if (!one) throw new BridgeError('INVALID_ARGUMENT', 'Give id as queue.next gave it.');
      const again = retry ?? (status === 0 || status === 429 || status >= 500);
      if (!again) become(one, { state: status < 300 ? 'sent' : 'refused', status });
    },
  };
}
