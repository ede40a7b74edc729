import { type Call, CLOSED, type FromHost, type Limits } from '@onecity/sdk/wire';
import { asFault, BridgeError, hidden, late, notCloneable, rateLimited, tooLarge, unsupported } from './errors.js';
import { needsEyes } from './prompts.js';
import { occupy, type Quota } from './quota.js';
import { readFromChild } from './read.js';
import { exceeds } from './weight.js';

/** What a handler knows of the call it answers. */
export interface HandlerCall {
  /** Aborted when the caller gives up, its time is over, nobody sees the question any more, or the frame is gone. */
  readonly signal: AbortSignal;
  /** Sends a piece of the answer ahead of its end. */
  part(value: unknown): void;
}

export type Handler = (params: unknown, call: HandlerCall) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;

export interface Desk {
  handlers: Handlers;
  limits: Limits;
  quota: Quota;
  /** Whether nobody can see the page now. */
  isHidden(): boolean;
  /** Hears of exceptions that are not BridgeErrors: the mini-service is not told, somebody must be. */
  onError(error: unknown, method: string): void;
  /** The other end went away by itself. */
  onGone(): void;
}

export interface Conversation {
  emit(ev: string, p: unknown): void;
  /** Ends with HIDDEN every call that waits for a person in front of the page. */
  hide(): void;
  /** Says goodbye, gives up what is running and closes the port. */
  close(reason: string): void;
}

/** A handler that goes on after its caller left holds its place this much longer, and no more. */
const STRAGGLING_MS = 30_000;

interface Running {
  m: string;
  stop: AbortController;
}

/** Answers one mini-service over one port. Every call is answered once, whatever its handler does. */
export function serve(port: MessagePort, desk: Desk): Conversation {
  const { handlers, limits, quota, isHidden, onError, onGone } = desk;
  const running = new Map<string, Running>();
  let open = true;

  function post(message: FromHost): void {
    if (open) port.postMessage(message);
  }

  function fail(i: string, error: unknown): void {
    post({ i, ok: 0, e: asFault(error) });
  }

  /** Posts what carries a value of the app's; throws a BridgeError when the mini-service cannot have it. */
  function send(message: FromHost, value: unknown): void {
    let fits = false;
    try {
      fits = !exceeds(value, limits.bytes, { files: false });
      if (fits) post(message);
    } catch {
      throw notCloneable();
    }
    if (!fits) throw tooLarge(limits.bytes);
  }

  function succeed(i: string, r: unknown): void {
    try {
      send({ i, ok: 1, r }, r);
    } catch (error) {
      fail(i, error);
    }
  }

  /** The handler for this call, once nothing stands against it. */
  function admit({ m, p }: Call): Handler {
    if (quota.inFlight >= limits.inFlight || !quota.mayPass()) throw rateLimited();
    if (exceeds(p, limits.bytes)) throw tooLarge(limits.bytes);
    const handler = Object.hasOwn(handlers, m) ? handlers[m] : undefined;
    if (!handler) throw unsupported();
    if (needsEyes(m) && isHidden()) throw hidden();
    return handler;
  }

  /** Runs the handler; its place is free again when it really ends, not when the caller stops waiting. */
  async function run(handler: Handler, { i, m, p }: Call, signal: AbortSignal): Promise<unknown> {
    const release = occupy(quota);
    signal.addEventListener('abort', () => setTimeout(release, STRAGGLING_MS));
    try {
      const part = (value: unknown): void => {
        if (running.get(i)?.stop.signal === signal) send({ i, part: value }, value);
      };
      return await handler(p, { signal, part });
    } catch (error) {
      if (!(error instanceof BridgeError) && !signal.aborted) onError(error, m);
      throw error;
    } finally {
      release();
    }
  }

  function answer(call: Call): void {
    const { i, m, d } = call;
    if (running.has(i)) return;
    let handler: Handler;
    try {
      handler = admit(call);
    } catch (error) {
      fail(i, error);
      return;
    }
    const stop = new AbortController();
    running.set(i, { m, stop });
    const timer = d === undefined ? undefined : setTimeout(() => stop.abort(late(d)), d);
    const settle = (respond: () => void): void => {
      clearTimeout(timer);
      // The caller may have cancelled and used the id again: only its own answer may go out under it.
      if (running.get(i)?.stop !== stop) return;
      running.delete(i);
      respond();
    };
    const { signal } = stop;
    signal.addEventListener('abort', () =>
      settle(() => signal.reason instanceof BridgeError && fail(i, signal.reason)),
    );
    run(handler, call, signal).then(
      (result) => settle(() => succeed(i, result)),
      (error) => settle(() => fail(i, error)),
    );
  }

  function leave(): void {
    open = false;
    port.close();
    for (const { stop } of [...running.values()]) stop.abort();
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
    if ('cancel' in message) running.get(message.i)?.stop.abort();
    else answer(message);
  };

  return {
    emit: (ev, p) => send({ ev, p }, p),
    hide() {
      for (const { m, stop } of [...running.values()]) if (needsEyes(m)) stop.abort(hidden());
    },
    close(reason) {
      post({ ev: CLOSED, p: { reason } });
      leave();
    },
  };
}
