import {
  type Ack,
  type Context,
  type EventName,
  type Events,
  type Limits,
  NAMESPACE,
  VERSION,
} from '@onecity/sdk/wire';
import { createGate, inWords, type Refusal } from './gate.js';
import { createBucket, DEFAULT_LIMITS, REPORT_RATE } from './limits.js';
import { createQuotas, type Quotas } from './quota.js';
import type { Syn } from './read.js';
import { type Conversation, type Handlers, serve } from './serve.js';
import { createStay } from './stay.js';
import { type Shown, watchVisibility } from './visibility.js';

/** Why a conversation ended by itself: another greeting came, its page is gone, or the frame shows another document. */
export type Loss = 'reloaded' | 'gone' | 'left';

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
  /** The conversation ended, and not by `close`. */
  onLost?: (reason: Loss) => void;
  /** Hears why a greeting from the frame got no answer; the console by default. Its page is told nothing. */
  onRefused?: (refusal: Refusal) => void;
  /** Hears of exceptions in handlers that are not BridgeErrors; the console by default. */
  onError?: (error: unknown, method: string) => void;
  /** The window the frame's messages arrive at; this one by default. */
  window?: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** The document that is hidden when the frame is; this one by default. */
  document?: Shown;
  /** What is left to each service; one for the whole page by default, so that a frame opened anew gets no more. */
  quotas?: Quotas;
}

export interface FrameConnection {
  /**
   * Tells the mini-service something; nothing happens while none is connected. `hidden` and `shown` also do what
   * `hide` and `show` do. Throws a BridgeError when the payload cannot be sent.
   */
  emit<E extends EventName>(ev: E, ...payload: Events[E] extends undefined ? [p?: undefined] : [p: Events[E]]): void;
  /** The app covered the frame: what waits for a person in front of it ends with HIDDEN, until `show`. */
  hide(): void;
  show(): void;
  /** Tells the mini-service that it is unloaded, ends the conversation and stops listening. */
  close(): void;
}

export type Framed = Pick<HTMLIFrameElement, 'contentWindow' | 'addEventListener' | 'removeEventListener'>;

const everyService = createQuotas();

/**
 * Connects the app to the mini-service in `frame`. Call it before the frame gets its address.
 * The handshake is told step by step in the SDK's `handshake.ts`; this is the host's part of it.
 */
export function connectFrame(frame: Framed, options: FrameOptions): FrameConnection {
  const { origin, context, handlers, onReady, onLost, window: listening = window, quotas = everyService } = options;
  const onError = options.onError ?? ((error, method) => console.error(`The handler of ${method} failed.`, error));
  const onRefused = options.onRefused ?? ((refusal) => console.warn(inWords(refusal)));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const quota = quotas(origin, limits);
  const [gate, stay, mayReport] = [createGate(origin), createStay(), createBucket(REPORT_RATE)];
  const shown = options.document ?? (typeof document === 'undefined' ? undefined : document);
  const visibility = watchVisibility(shown, () => conversation?.hide());
  let conversation: Conversation | null = null;

  function end(reason: Loss): void {
    if (!conversation) return;
    conversation.close(reason);
    conversation = null;
    onLost?.(reason);
  }

  function start(child: Window, { nonce, loaded }: Syn): void {
    end('reloaded');
    const { port1, port2 } = new MessageChannel();
    const session = crypto.randomUUID();
    const caps = Object.keys(handlers);
    const ack: Ack = { ns: NAMESPACE, v: VERSION, t: 'ack', nonce, session, context: context(), caps, limits };
    child.postMessage(ack, origin, [port2]);
    const isHidden = (): boolean => visibility.hidden;
    conversation = serve(port1, { handlers, limits, quota, isHidden, onError, onGone: () => end('gone') });
    stay.greeted(loaded);
    onReady?.(session);
  }

  function refuse(refusal: Refusal): void {
    // Another origin speaks from the frame: whatever page had the port, it is not there any more.
    if (refusal.reason === 'origin') end('left');
    if (mayReport()) onRefused(refusal);
  }

  function listen(event: MessageEvent<unknown>): void {
    const child = frame.contentWindow;
    if (!child || event.source !== child) return;
    const asked = gate(event);
    if (!asked) return;
    if ('reason' in asked) refuse(asked);
    else greet(child, asked);
  }

  /** A context that cannot be had or copied is the app's own fault: the page goes on without an answer. */
  function greet(child: Window, syn: Syn): void {
    try {
      start(child, syn);
    } catch (error) {
      onError(error, 'the handshake');
    }
  }

  function loads(): void {
    if (conversation && stay.leftAtLoad()) end('left');
  }

  listening.addEventListener('message', listen);
  frame.addEventListener('load', loads);
  return {
    emit(ev, ...[p]) {
      conversation?.emit(ev, p);
      if (ev === 'hidden' || ev === 'shown') visibility.tell(ev === 'hidden');
    },
    hide: () => visibility.tell(true),
    show: () => visibility.tell(false),
    close() {
      listening.removeEventListener('message', listen);
      frame.removeEventListener('load', loads);
      visibility.stop();
      conversation?.emit('unloaded', undefined);
      conversation?.close('closed');
      conversation = null;
    },
  };
}
