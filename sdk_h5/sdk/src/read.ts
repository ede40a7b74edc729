import { isShape, own, ownText } from './shape.js';
import { type Ack, type Context, type Fault, type FromHost, type Hop, NAMESPACE, VERSION } from './wire.js';

/** Only the well-formed acknowledgement of this very nonce counts; anything else on the window is not for us. */
export function readAck(data: unknown, nonce: string): Ack | null {
  const ours = own(data, 'ns') === NAMESPACE && own(data, 'v') === VERSION && own(data, 't') === 'ack';
  const whole = Array.isArray(own(data, 'caps')) && isContext(own(data, 'context'));
  return ours && whole && own(data, 'nonce') === nonce ? (data as Ack) : null;
}

function isContext(value: unknown): value is Context {
  return isShape(own(value, 'service')) && isShape(own(value, 'launch')) && typeof own(value, 'elder') === 'boolean';
}

/** Turns what came over the port into a message of our own making, or null when it has no known shape. */
export function readFromHost(data: unknown): FromHost | null {
  const ev = ownText(data, 'ev');
  if (ev !== undefined) return { ev, p: own(data, 'p') };
  const i = ownText(data, 'i');
  return i === undefined ? null : readAnswer(i, data);
}

function readAnswer(i: string, data: unknown): FromHost | null {
  const ok = own(data, 'ok');
  if (ok === 1) return { i, ok, r: own(data, 'r') };
  if (ok === 0) return { i, ok, e: readFault(own(data, 'e')) };
  const part = own(data, 'part');
  return part === undefined ? null : { i, part };
}

function readFault(value: unknown): Fault {
  const reference = ownText(value, 'reference');
  const hop = readHop(own(value, 'hop'));
  return {
    code: ownText(value, 'code') ?? 'INTERNAL',
    message: ownText(value, 'message') ?? 'The app gave no reason.',
    retry: own(value, 'retry') === true,
    ...(reference !== undefined && { reference }),
    ...(hop && { hop }),
  };
}

export function readHop(value: unknown): Hop | undefined {
  return value === 'client' || value === 'gateway' || value === 'upstream' ? value : undefined;
}
