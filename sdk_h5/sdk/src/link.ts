import { type Bounds, bounded } from './bounds.js';
import { aborted, CityError, hostGone } from './errors.js';
import { newIdentifier } from './identifier.js';
import { readFromHost } from './read.js';
import { type Announcement, CLOSED, type Failure, type FromChild, type Success } from './wire.js';

type OnPart = (part: unknown) => void;

/** One conversation with the host. Every request settles: answered, refused, late, given up, or the host is gone. */
export interface Link {
  request(m: string, p: unknown, bounds: Bounds, onPart?: OnPart): Promise<unknown>;
}

export interface Ears {
  hear(announcement: Announcement): void;
  gone(): void;
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: CityError) => void;
  onPart: OnPart | undefined;
}

export function openLink(port: MessagePort, ears: Ears): Link {
  const pending = new Map<string, Pending>();
  let open = true;

  function leave(): void {
    if (!open) return;
    open = false;
    port.close();
    for (const call of pending.values()) call.reject(hostGone());
    ears.gone();
  }

  function post(message: FromChild): void {
    try {
      port.postMessage(message);
    } catch (cause) {
      throw new CityError('NOT_CLONEABLE', 'The arguments cannot be copied to the app.', { cause });
    }
  }

  function settle(answer: Success | Failure): void {
    const call = pending.get(answer.i);
    if (answer.ok) call?.resolve(answer.r);
    else call?.reject(new CityError(answer.e.code, answer.e.message, answer.e));
  }

  port.addEventListener('close', leave);
  // A message that cannot be read names no call, so nothing could ever settle the one that is lost in it.
  port.addEventListener('messageerror', leave);
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = readFromHost(data);
    if (!message) return;
    if ('part' in message) pending.get(message.i)?.onPart?.(message.part);
    else if ('ok' in message) settle(message);
    else if (message.ev === CLOSED) leave();
    else ears.hear(message);
  };

  return {
    request(m, p, bounds, onPart) {
      const i = newIdentifier();
      const { signal, deadline: d } = bounds;
      const answer = new Promise<unknown>((resolve, reject) => {
        if (!open) throw hostGone();
        if (signal?.aborted) throw aborted(signal);
        post({ i, m, p, ...(d !== undefined && { d }) });
        pending.set(i, { resolve, reject, onPart });
      });
      return bounded(answer, bounds, () => post({ i, cancel: 1 })).finally(() => pending.delete(i));
    },
  };
}
