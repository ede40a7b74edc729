import { type Call, CLOSED, type FromHost, type Limits } from '@onecity/sdk/wire';
import { asFault, BridgeError } from './errors.js';
import { readFromChild } from './read.js';
import { exceeds } from './weight.js';

/** What a handler knows of the call it answers. */
export interface HandlerCall {
  /** Aborted when the caller gives up, its time is over, or the frame is gone. */
  readonly signal: AbortSignal;
  /** Sends a piece of the answer ahead of its end. */
  part(value: unknown): void;
}

export type Handler = (params: unknown, call: HandlerCall) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;

/** What all conversations with one frame share, so that a reload does not refill an allowance. */
export interface Quota {
  limits: Limits;
  inFlight: number;
  mayPass(): boolean;
}

export interface Desk {
  handlers: Handlers;
  quota: Quota;
  /** Hears of exceptions that are not BridgeErrors: the mini-service is not told, somebody must be. */
  onError(error: unknown, method: string): void;
  /** The other end went away by itself. */
  onGone(): void;
}

export interface Conversation {
  emit(ev: string, p: unknown): void;
  /** Says goodbye, gives up what is running and closes the port. */
  close(reason: string): void;
}

/** Answers one mini-service over one port. Every call is answered once, whatever its handler does. */
export function serve(port: MessagePort, { handlers, quota, onError, onGone }: Desk): Conversation {
  const running = new Map<string, AbortController>();
  let open = true;

  function post(message: FromHost): void {
    if (open) port.postMessage(message);
  }

  function fail(i: string, error: unknown): void {
    post({ i, ok: 0, e: asFault(error) });
  }

  function succeed(i: string, r: unknown): void {
    try {
      post({ i, ok: 1, r });
    } catch {
      fail(i, new BridgeError('NOT_CLONEABLE', 'The answer cannot be copied to the mini-service.'));
    }
  }

  /** The handler for this call, once nothing stands against it. */
  function admit({ m, p }: Call): Handler {
    const { limits } = quota;
    const busy = quota.inFlight >= limits.inFlight || !quota.mayPass();
    if (busy) throw new BridgeError('RATE_LIMITED', 'Too many calls: wait for answers, then go on.', { retry: true });
    if (exceeds(p, limits.bytes)) throw new BridgeError('TOO_LARGE', `A message holds ${limits.bytes} bytes at most.`);
    const handler = Object.hasOwn(handlers, m) ? handlers[m] : undefined;
    if (!handler) throw new BridgeError('UNSUPPORTED', 'This app does not offer that method.');
    return handler;
  }

  /** Runs the handler; its place is free again when it really ends, not when the caller stops waiting. */
  async function run(handler: Handler, { i, m, p }: Call, signal: AbortSignal): Promise<unknown> {
    quota.inFlight += 1;
    try {
      return await handler(p, { signal, part: (part) => signal.aborted || post({ i, part }) });
    } catch (error) {
      if (!(error instanceof BridgeError) && !signal.aborted) onError(error, m);
      throw error;
    } finally {
      quota.inFlight -= 1;
    }
  }

  function answer(call: Call): void {
    const { i, d } = call;
    if (running.has(i)) return;
    let handler: Handler;
    try {
      handler = admit(call);
    } catch (error) {
      fail(i, error);
      return;
    }
    const stop = new AbortController();
    running.set(i, stop);
    const late = new BridgeError('TIMEOUT', `The app did not answer within ${d} ms.`, { retry: true });
    const timer = d === undefined ? undefined : setTimeout(() => stop.abort(late), d);
    const settle = (respond: () => void): void => {
      clearTimeout(timer);
      // The caller may have cancelled and used the id again: only its own answer may go out under it.
      if (running.get(i) !== stop) return;
      running.delete(i);
      respond();
    };
    stop.signal.addEventListener('abort', () => settle(() => stop.signal.reason === late && fail(i, late)));
    run(handler, call, stop.signal).then(
      (result) => settle(() => succeed(i, result)),
      (error) => settle(() => fail(i, error)),
    );
  }

  function leave(): void {
    open = false;
    port.close();
    for (const stop of [...running.values()]) stop.abort();
  }

  function lose(): void {
    if (!open) return;
    leave();
    onGone();
  }

  port.addEventListener('close', lose);
  // A message that cannot be read names no call, so nothing could ever settle the one that is lost in it.
  port.addEventListener('messageerror', () => {
    post({ ev: CLOSED, p: { reason: 'unreadable' } });
    lose();
  });
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = open ? readFromChild(data) : null;
    if (!message) return;
    if ('cancel' in message) running.get(message.i)?.abort();
    else answer(message);
  };

  return {
    emit: (ev, p) => post({ ev, p }),
    close(reason) {
      post({ ev: CLOSED, p: { reason } });
      leave();
    },
  };
}
