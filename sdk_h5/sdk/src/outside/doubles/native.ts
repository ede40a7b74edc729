import { own, ownText } from '../../shape.js';
import { type Ack, CLOSED, type Context, type EventName, type Events, NAMESPACE, VERSION } from '../../wire.js';
import type { Here, NativeDoor } from '../surroundings.js';

/**
 * The native side of the message handler, as an app in Swift or Kotlin has to do it, in a page: for the tests of a
 * mini-service without an app, and to read along while writing the real one. docs/sdk-elsewhere.md has the list of
 * what to check; what only a real app can check (which frame, which origin) is named here in the comments.
 */
export interface NativeApp {
  emit<E extends EventName>(ev: E, p?: Events[E]): void;
  /** The app leaves: the page hears `closed`, and everything that waits is refused. */
  close(): void;
  /** The app is killed: it hears nothing more and says nothing more. */
  die(): void;
  /** Every text that came from the page, oldest first. */
  readonly heard: readonly string[];
}

export interface NativeOptions {
  /** iOS has `webkit.messageHandlers.onecity`; Android the object of a web message listener. */
  system?: 'ios' | 'android';
  context: Context;
  handlers: Readonly<Record<string, NativeHandler>>;
}

export type NativeHandler = (
  params: unknown,
  call: { readonly signal: AbortSignal; part(value: unknown): void },
) => Promise<unknown>;

const MOST_CHARACTERS = 1_048_576;
const MOST_AT_ONCE = 32;

interface Fault {
  code: string;
  message: string;
  retry: boolean;
}

/** Puts the message handler into the window, as the app does before the page's first script runs. */
export function installNativeApp(window: Here, { system = 'ios', context, handlers }: NativeOptions): NativeApp {
  const heard: string[] = [];
  const running = new Map<string, AbortController>();
  let session: string | null = null;
  let alive = true;

  const door: NativeDoor = {
    postMessage(text) {
      // A real app looks first whether this is the main frame, and its origin the one it opened: see the documentation.
      if (!alive) throw new Error('The message handler is gone.');
      heard.push(text);
      queueMicrotask(() => hear(text));
    },
    ...(system === 'android' && { onmessage: null }),
  };
  if (system === 'android') window.onecityNative = door;
  else window.webkit = { messageHandlers: { onecity: door } };

  function say(frame: object): void {
    if (!alive) return;
    const text = JSON.stringify(frame);
    if (system === 'android') door.onmessage?.({ data: text });
    else window.onecityNativeReceive?.(text);
  }

  function hear(text: string): void {
    const frame = text.length > MOST_CHARACTERS ? null : parsed(text);
    if (own(frame, 't') === 'syn') greet(frame);
    else if (session !== null && own(frame, 's') === session) take(frame, session);
  }

  /** A page that loads anew greets anew: what ran for the one before ends without an answer. */
  function greet(syn: unknown): void {
    const nonce = ownText(syn, 'nonce');
    if (own(syn, 'ns') !== NAMESPACE || own(syn, 'v') !== VERSION || !nonce) return;
    endAll();
    session = crypto.randomUUID();
    const limits = { inFlight: MOST_AT_ONCE, burst: 50, perSecond: 20, bytes: MOST_CHARACTERS };
    const caps = Object.keys(handlers);
    const ack: Ack = { ns: NAMESPACE, v: VERSION, t: 'ack', nonce, session, context, caps, limits };
    say(ack);
  }

  function take(frame: unknown, s: string): void {
    const [i, m] = [ownText(frame, 'i'), ownText(frame, 'm')];
    if (i === undefined) return;
    if (m === undefined) {
      running.get(i)?.abort();
      running.delete(i);
    } else if (!running.has(i)) {
      answer(i, m, own(frame, 'p')).then((message) => message && say({ ...message, i, s }));
    }
  }

  async function answer(i: string, m: string, p: unknown): Promise<object | null> {
    if (running.size >= MOST_AT_ONCE) return refusal('RATE_LIMITED', 'Too many calls at once.', true);
    const handler = Object.hasOwn(handlers, m) ? handlers[m] : undefined;
    if (!handler) return refusal('UNSUPPORTED', 'This app does not offer that method.');
    const stop = new AbortController();
    running.set(i, stop);
    const part = (value: unknown): void => {
      if (running.get(i) === stop) say({ i, part: value, s: session });
    };
    const message = await handler(p, { signal: stop.signal, part }).then((r) => ({ ok: 1, r }), failure);
    return running.delete(i) && !stop.signal.aborted ? message : null;
  }

  function endAll(): void {
    for (const stop of running.values()) stop.abort();
    running.clear();
  }

  return {
    heard,
    emit: (ev, p) => say({ ev, p, s: session }),
    close() {
      say({ ev: CLOSED, p: { reason: 'closed' }, s: session });
      endAll();
      session = null;
    },
    die() {
      endAll();
      alive = false;
    },
  };
}

function refusal(code: string, message: string, retry = false): { ok: 0; e: Fault } {
  return { ok: 0, e: { code, message, retry } };
}

/** Only code, message and retry go over: nothing of the app's insides. */
function failure(error: unknown): { ok: 0; e: Fault } {
  const code = ownText(error, 'code');
  if (code === undefined) return refusal('INTERNAL', 'The app could not do this.', true);
  return refusal(code, error instanceof Error ? error.message : '', own(error, 'retry') === true);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
