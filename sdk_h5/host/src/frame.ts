import {
  type Ack,
  type Context,
  type EventName,
  type Events,
  type Limits,
  NAMESPACE,
  VERSION,
} from '@onecity/sdk/wire';
import { createBucket, DEFAULT_LIMITS, HANDSHAKE_RATE } from './limits.js';
import { readSyn } from './read.js';
import { type Conversation, type Handlers, type Quota, serve } from './serve.js';

export interface FrameOptions {
  /** The origin of the mini-service, exactly: nothing from elsewhere is heard, nothing is sent elsewhere. */
  origin: string;
  /** Asked at every handshake, so that a reloaded frame sees the present. */
  context: () => Context;
  /** By method; the mini-service learns their names as its capabilities. */
  handlers: Handlers;
  limits?: Partial<Limits>;
  /** A mini-service shook hands; `session` names this conversation. */
  onReady?: (session: string) => void;
  /** The conversation ended, and not by `close`: the frame loaded anew, or its page is gone. */
  onLost?: (reason: 'reloaded' | 'gone') => void;
  /** Hears of exceptions in handlers that are not BridgeErrors; the console by default. */
  onError?: (error: unknown, method: string) => void;
  /** The window the frame's messages arrive at; this one by default. */
  window?: Pick<Window, 'addEventListener' | 'removeEventListener'>;
}

export interface FrameConnection {
  /** Tells the mini-service something; nothing happens while none is connected. */
  emit<E extends EventName>(ev: E, ...payload: Events[E] extends undefined ? [p?: undefined] : [p: Events[E]]): void;
  /** Ends the conversation and stops listening. */
  close(): void;
}

/**
 * Connects the app to the mini-service in `frame`. Call it before the frame gets its address.
 * The handshake is told step by step in the SDK's `handshake.ts`; this is the host's part of it.
 */
export function connectFrame(frame: Pick<HTMLIFrameElement, 'contentWindow'>, options: FrameOptions): FrameConnection {
  const { origin, context, handlers, onReady, onLost, window: listening = window } = options;
  const onError = options.onError ?? ((error, method) => console.error(`The handler of ${method} failed.`, error));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const quota: Quota = { limits, inFlight: 0, mayPass: createBucket(limits) };
  const mayShakeHands = createBucket(HANDSHAKE_RATE);
  let nonce: string | null = null;
  let conversation: Conversation | null = null;

  function end(reason: 'reloaded' | 'gone'): void {
    conversation?.close(reason);
    conversation = null;
    onLost?.(reason);
  }

  function start(child: Window, fresh: string): void {
    const { port1, port2 } = new MessageChannel();
    const session = crypto.randomUUID();
    const ack: Ack = {
      ns: NAMESPACE,
      v: VERSION,
      t: 'ack',
      nonce: fresh,
      session,
      context: context(),
      caps: Object.keys(handlers),
      limits,
    };
    child.postMessage(ack, origin, [port2]);
    conversation = serve(port1, { handlers, quota, onError, onGone: () => end('gone') });
    onReady?.(session);
  }

  function listen(event: MessageEvent<unknown>): void {
    const child = frame.contentWindow;
    if (!child || event.source !== child || event.origin !== origin) return;
    const fresh = readSyn(event.data);
    if (!fresh || fresh === nonce || !mayShakeHands()) return;
    nonce = fresh;
    if (conversation) end('reloaded');
    start(child, fresh);
  }

  listening.addEventListener('message', listen);
  return {
    emit: (ev, ...[p]) => conversation?.emit(ev, p),
    close() {
      listening.removeEventListener('message', listen);
      conversation?.close('closed');
      conversation = null;
    },
  };
}
