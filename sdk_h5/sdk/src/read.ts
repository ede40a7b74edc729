import { CityError } from './errors.js';
import { own, ownText } from './shape.js';
import type { Ack, Hop, Syn } from './wire.js';

/** Only the well-formed acknowledgement of this very greeting counts; anything else on the window is not for us. */
export function isAck(data: unknown, syn: Syn): data is Ack {
  return (
    (['ns', 'v', 'nonce'] as const).every((key) => own(data, key) === syn[key]) &&
    own(data, 't') === 'ack' &&
    Array.isArray(own(data, 'caps')) &&
    typeof own(own(data, 'context'), 'service') === 'object'
  );
}

/** The error in a failure that came over the port, whatever form it has; whose it was, the app is believed. */
export function readFault(fault: unknown): CityError {
  return new CityError(ownText(fault, 'code') ?? 'INTERNAL', ownText(fault, 'message') ?? 'No reason.', {
    retry: own(fault, 'retry') === true,
    reference: ownText(fault, 'reference'),
    hop: ownText(fault, 'hop') as Hop | undefined,
  });
}
