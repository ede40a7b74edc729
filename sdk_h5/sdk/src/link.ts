import { type Bounds, bounded } from './bounds.js';
import { aborted, CityError, hostGone } from './errors.js';
import { newIdentifier } from './identifier.js';
import { readFault } from './read.js';
import { own, ownText } from './shape.js';
import { CLOSED } from './wire.js';

/** `onPart` hears the pieces of an answer that come ahead of its end. */
export interface LinkBounds extends Bounds {
  onPart?: ((part: unknown) => void) | undefined;
}

/** One conversation with the host. Every request settles: answered, refused, late, given up, or the host is gone. */
export interface Link {
  request(m: string, p: unknown, bounds: LinkBounds): Promise<unknown>;
}

export interface Ears {
  hear(ev: string, p: unknown): void;
  gone(): void;
}

interface Asked {
  /** Posts the message; gone once that is done. */
  send: (() => void) | undefined;
  /** Takes what came in answer to it. */
  take(data: unknown): void;
  reject(error: CityError): void;
}

/** The host counts a call until its work ends, also one given up here: what it refuses for that is sent again. */
const AGAIN_MS = 200;

/** `most` calls are with the host at once; the others wait their turn here, and their deadlines run meanwhile. */
export function openLink(port: MessagePort, { hear, gone }: Ears, most = 32): Link {
  /** The oldest first: those with the host are always the first ones, `most` at most. */
  const calls = new Map<unknown, Asked>();
  let open = true;

  function leave(): void {
    if (!open) return;
    open = false;
    port.close();
    for (const { reject } of calls.values()) reject(hostGone());
    gone();
  }

  function advance(): void {
    // Whatever the host says: with none at all, what waits for the resident would never settle.
    let room = most > 1 ? most : 1;
    for (const call of calls.values()) {
      if (room-- < 1) return;
      call.send?.();
      call.send = undefined;
    }
  }

  port.addEventListener('close', leave);
  // A message that cannot be read names no call, so nothing could ever settle the one that is lost in it.
  port.addEventListener('messageerror', leave);
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const ev = ownText(data, 'ev');
    if (ev === CLOSED) leave();
    else if (ev) hear(ev, own(data, 'p'));
    else calls.get(own(data, 'i'))?.take(data);
  };

  return {
    request(m, p, bounds) {
      const i = newIdentifier();
      const until = (bounds.deadline as number) < Infinity && Date.now() + (bounds.deadline as number);
      let call: Asked | undefined;
      const answer = new Promise<unknown>((resolve, reject) => {
        const post = (): void => {
          try {
            port.postMessage({ i, m, p, d: until ? until - Date.now() : undefined });
          } catch (cause) {
            reject(new CityError('NOT_CLONEABLE', 'Not to be copied.', { cause }));
          }
        };
        const take = (data: unknown): void => {
          const ok = own(data, 'ok');
          if (ok === 1) resolve(own(data, 'r'));
          else if (ok !== 0) bounds.onPart?.(own(data, 'part'));
          else {
            const error = readFault(own(data, 'e'));
            if (error.code === 'RATE_LIMITED') setTimeout(() => calls.has(i) && post(), AGAIN_MS);
            else reject(error);
          }
        };
        if (!open) throw hostGone();
        if (bounds.signal?.aborted) throw aborted(bounds.signal);
        call = { send: post, take, reject };
        calls.set(i, call);
        advance();
      });
      return bounded(answer, bounds, () => call?.send || port.postMessage({ i, cancel: 1 })).finally(() => {
        calls.delete(i);
        advance();
      });
    },
  };
}
