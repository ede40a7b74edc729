import { bounded } from './bounds.js';
import { newIdentifier } from './identifier.js';
import { isAck } from './read.js';
import type { Windows } from './windows.js';
import { type Ack, NAMESPACE, type Syn, VERSION } from './wire.js';

export interface Greeting {
  ack: Pick<Ack, 'caps' | 'context' | 'limits'>;
  port: MessagePort;
}

export const SILENCE_MS = 3_000;
const FIRST_PAUSE_MS = 50;

/**
 * How a mini-service and its host find each other.
 *
 * 1. The child posts SYN, with a fresh nonce, to its parent. The target is `*`: the child cannot know who frames it,
 *    and a SYN holds nothing secret. Who may frame it at all is the business of `frame-ancestors`.
 * 2. The host listens from before it sets the frame's address. It drops every SYN that is not from that very frame
 *    *and* from the service's own origin.
 * 3. The host answers ACK to that exact origin: the child's nonce, its context, the methods it offers, its limits,
 *    and one end of a new MessageChannel.
 * 4. The child takes the ACK only from its parent, with its own nonce and exactly one port. It stops listening on the
 *    window for good; from here on everything goes over the port, which nobody else can reach or forge.
 * 5. Either side may start late: the child repeats the same SYN a few times, the host answers a nonce once.
 * 6. A SYN with another nonce means that the frame was loaded anew: the host closes the old port and starts over.
 * 7. Three seconds without an ACK are `HOST_SILENT`. A page without a parent posts nothing to anybody: what it may do
 *    then stands in outside/contract.ts.
 */
export function shakeHands(self: Windows['self'], parent: NonNullable<Windows['parent']>): Promise<Greeting> {
  const loaded = globalThis.document?.readyState === 'complete';
  const syn: Syn = { ns: NAMESPACE, v: VERSION, t: 'syn', nonce: newIdentifier(), loaded };
  let timer: ReturnType<typeof setTimeout>;
  let listen: (event: MessageEvent<unknown>) => void;
  function knock(pause: number): void {
    parent.postMessage(syn, '*');
    timer = setTimeout(knock, pause, pause * 2);
  }
  const greeting = new Promise<Greeting>((resolve) => {
    listen = ({ source, ports: [port, more], data }) => {
      if (source === parent && port && !more && isAck(data, syn)) resolve({ ack: data, port });
    };
    self.addEventListener('message', listen);
    knock(FIRST_PAUSE_MS);
  });
  return bounded(greeting, { deadline: SILENCE_MS, code: 'HOST_SILENT' }).finally(() => {
    clearTimeout(timer);
    self.removeEventListener('message', listen);
  });
}
