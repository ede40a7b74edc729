import { CityError } from './errors.js';
import { newIdentifier } from './identifier.js';
import type { Place } from './place.js';
import { readAck } from './read.js';
import { type Ack, NAMESPACE, type Syn, VERSION } from './wire.js';

export interface Greeting {
  ack: Ack;
  port: MessagePort;
}

const SILENCE_MS = 3_000;
const SYN_AT_MS = [0, 50, 150, 400, 1_000, 2_000];

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
 * 7. Three seconds without an ACK are `HOST_SILENT`. No parent at all is `NOT_IN_HOST`, at once.
 */
export function shakeHands({ self, parent }: Place): Promise<Greeting> {
  if (!parent) return Promise.reject(new CityError('NOT_IN_HOST', 'This page is not inside the app.'));
  const syn: Syn = { ns: NAMESPACE, v: VERSION, t: 'syn', nonce: newIdentifier() };
  return new Promise<Greeting>((resolve, reject) => {
    const stop = (): void => {
      timers.forEach(clearTimeout);
      self.removeEventListener('message', listen);
    };
    const listen = (event: MessageEvent<unknown>): void => {
      const ack = event.source === parent && event.ports.length === 1 && readAck(event.data, syn.nonce);
      const port = event.ports[0];
      if (!ack || !port) return;
      stop();
      resolve({ ack, port });
    };
    const giveUp = (): void => {
      stop();
      reject(
        new CityError('HOST_SILENT', `The page around this one said nothing for ${SILENCE_MS} ms.`, { retry: true }),
      );
    };
    const timers = SYN_AT_MS.map((at) => setTimeout(() => parent.postMessage(syn, '*'), at));
    timers.push(setTimeout(giveUp, SILENCE_MS));
    self.addEventListener('message', listen);
  });
}
