import { CityError } from '../errors.js';
import { newIdentifier } from '../identifier.js';
import { isAck } from '../read.js';
import { own } from '../shape.js';
import { type Ack, CLOSED, type FromHost, NAMESPACE, type Syn, VERSION } from '../wire.js';
import type { Outside } from './contract.js';
import { asFault } from './serve.js';
import type { Here, NativeDoor } from './surroundings.js';

export function nativeDoor({ webkit, onecityNative }: Here): NativeDoor | undefined {
  return webkit?.messageHandlers?.onecity ?? onecityNative;
}

/**
 * Inside a native app's web view: the frames of the bridge as JSON texts, over the app's message handler.
 *
 * 1. The page posts the SYN of the handshake, once: a handler that is there is listening. The app looks at which frame
 *    and which origin it comes from.
 * 2. The app answers ACK: the nonce, a session of its own making, context, methods and limits.
 * 3. Every later frame, either way, has that session as its member `s`: what was meant for another page is dropped.
 * 4. The app speaks by `onecityNativeReceive(frame)`, with a text or an object, or by the handler's own `onmessage`.
 * 5. The app says that it leaves with the event `closed`; a handler that throws has left already.
 */
export async function openNative(here: Here, door: NativeDoor): Promise<Outside> {
  const ack = await greet(here, door);
  const { port1, port2 } = new MessageChannel();
  const tell = (message: FromHost): void => port1.postMessage(message);
  listen(here, door, (frame) => {
    if (own(frame, 's') === ack.session) port1.postMessage(frame);
  });
  port1.onmessage = ({ data }: MessageEvent<{ i: string }>) => {
    const frame = asText({ ...data, s: ack.session });
    if (frame === undefined) tell({ i: data.i, ok: 0, e: asFault(NOT_TEXT) });
    else if (!post(door, frame)) tell({ ev: CLOSED, p: null });
  };
  return { ack, port: port2 };
}

const NOT_TEXT = new CityError('NOT_CLONEABLE', 'Only what JSON can say reaches a native app.');

/** A silent app is the SDK's to notice, which has a deadline for it. */
function greet(here: Here, door: NativeDoor): Promise<Ack> {
  const syn: Syn = { ns: NAMESPACE, v: VERSION, t: 'syn', nonce: newIdentifier() };
  return new Promise((resolve) => {
    listen(here, door, (message) => {
      if (isAck(message, syn) && message.session) resolve(message);
    });
    door.postMessage(JSON.stringify(syn));
  });
}

/** From now on `hear` has what the app says, and nobody who listened before. */
function listen(here: Here, door: NativeDoor, hear: (message: unknown) => void): void {
  const receive = (message: unknown): void => hear(typeof message === 'string' ? JSON.parse(message) : message);
  here.onecityNativeReceive = receive;
  if ('onmessage' in door) door.onmessage = ({ data }) => receive(data);
}

function asText(frame: unknown): string | undefined {
  try {
    return JSON.stringify(frame);
  } catch {
    return undefined;
  }
}

function post(door: NativeDoor, frame: string): boolean {
  try {
    door.postMessage(frame);
    return true;
  } catch {
    return false;
  }
}
