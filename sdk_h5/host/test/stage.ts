import { createCity } from '@onecity/sdk/create';
import { as, CHILD_ORIGIN, type Pair, placeOf, windowPair } from '../../sdk/test/windows.js';
import { connectFrame, createQuotas, type FrameConnection, type FrameOptions } from '../src/index.js';
import { mockHost } from '../src/mock.js';

export interface Stage {
  pair: Pair;
  /** The frame's element: what is told of its loads. */
  frame: EventTarget;
  connection: FrameConnection;
}

/** A host connected to a frame; the page in it comes later. */
export function host(options: Partial<FrameOptions> = {}): Stage {
  const pair = windowPair();
  const { context, handlers } = mockHost();
  const frame = Object.assign(new EventTarget(), { contentWindow: pair.childView });
  const connection = connectFrame(as<HTMLIFrameElement>(frame), {
    origin: CHILD_ORIGIN,
    context,
    handlers,
    window: as<Window>(pair.host),
    quotas: createQuotas(),
    onRefused: () => {},
    ...options,
  });
  return { pair, frame, connection };
}

/** A host and the real SDK in its frame. */
export function bothSides(options: Partial<FrameOptions> = {}) {
  const stage = host(options);
  return { ...stage, city: createCity(placeOf(stage.pair)) };
}

/** A host and a frame that speaks the wire by hand: `port` is what the host gave it, `got` what the host sent. */
export async function byHand(options: Partial<FrameOptions> = {}) {
  const stage = host(options);
  const got: Record<string, unknown>[] = [];
  const port = await shakeHands(stage.pair, 'nonce-1');
  if (!port) throw new Error('The host did not answer.');
  port.onmessage = ({ data }) => got.push(data);
  return { ...stage, port, got };
}

/** Sends a SYN as the frame would and waits a moment for the port. */
export async function shakeHands(pair: Pair, nonce: string): Promise<MessagePort | null> {
  let port: MessagePort | null = null;
  const listen = (event: Event): void => {
    port = (event as MessageEvent).ports[0] ?? null;
  };
  pair.child.addEventListener('message', listen);
  pair.host.deliver({ ns: 'onecity', v: 1, t: 'syn', nonce }, pair.childView, CHILD_ORIGIN);
  await passing(1);
  pair.child.removeEventListener('message', listen);
  return port;
}

export function passing(ms = 20): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
