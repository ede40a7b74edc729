import { createCall } from './call.js';
import { createCore } from './core.js';
import { CityError } from './errors.js';
import { browser } from './place.js';
import { createTokens } from './token.js';
import type { QueuedCall } from './wire.js';

/**
 * The page that sends what had waited for the network. The app loads it in a hidden frame on the service's origin,
 * shakes hands as with any page, and hands it one call after the other until there is none.
 */
export async function carry(place = browser()): Promise<void> {
  const { request } = createCore(place);
  const call = createCall(
    place,
    createTokens(() => request('token')),
    () => Promise.reject(new CityError('UNSUPPORTED', 'It is in the queue already.')),
  );
  for (;;) {
    const next = await request('queue.next');
    if (!next) return;
    const { id } = next;
    const outcome = await send(call, next);
    await request('queue.settle', { id, ...outcome });
    if (outcome.status === 0) return;
  }
}

interface Outcome {
  /** 0 when there was no answer at all: then the next one would fare no better. */
  status: number;
  retry?: boolean;
  /** Why it was refused: the resident reads it. */
  code?: string;
  message?: string;
}

async function send(call: ReturnType<typeof createCall>, queued: QueuedCall): Promise<Outcome> {
  const { upstream, path, method, headers, body, key } = queued;
  try {
    const { status } = await call(upstream, path, { method, headers, body, key });
    return { status };
  } catch (error) {
    const { status = 0, retry, code, message } = error as CityError;
    return { status, retry, code, message };
  }
}
