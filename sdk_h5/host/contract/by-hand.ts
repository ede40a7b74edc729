import { made } from './made.js';
import type { Orders, PagePlace } from './page.js';

type Got = Record<string, unknown>;

/** The wire without the SDK: greetings, and what goes over the port they brought. */
export function byHand(place: PagePlace): Orders {
  const onWindow: { data: unknown; ports: number }[] = [];
  let ports: MessagePort[] = [];
  let got: Got[] = [];

  place.self.addEventListener('message', ((event: MessageEvent<Got>) => {
    const { data } = event;
    if (data?.order) return;
    onWindow.push({ data, ports: event.ports.length });
    if (data?.t === 'ack' || data?.keep) take(event.ports);
  }) as EventListener);

  function take(given: readonly MessagePort[]): void {
    for (const port of given) {
      ports = [...ports, port];
      port.onmessage = ({ data }) => got.push(data);
      port.onmessageerror = () => got.push({ unreadable: true });
    }
  }

  const port = (): MessagePort => {
    const newest = ports.at(-1);
    if (!newest) throw new Error('No port yet.');
    return newest;
  };

  return {
    /** Greets with this nonce; members of `more` come on top. */
    greet: (nonce: unknown, more: object = {}) => {
      const syn = { ns: 'onecity', v: 1, t: 'syn', nonce, loaded: place.loaded(), ...more };
      place.parent?.postMessage(syn, '*');
    },
    greetWith: (data: unknown) => place.parent?.postMessage(data, '*'),
    greetOften: (count: number) => {
      for (let n = 0; n < count; n += 1) {
        place.parent?.postMessage({ ns: 'onecity', v: 1, t: 'syn', nonce: `flood-${n}` }, '*');
      }
    },
    acks: () => onWindow.filter(({ data }) => (data as Got | null)?.t === 'ack'),
    onWindow: () => onWindow.length,
    say: (...messages: unknown[]) => {
      for (const message of messages) port().postMessage(message);
    },
    sayOverFirst: (message: unknown) => ports[0]?.postMessage(message),
    sayOften: (count: number, m: string) => {
      for (let n = 0; n < count; n += 1) port().postMessage({ i: `flood-${n}`, m });
    },
    /** Says a call with parameters made here; what the browser itself refuses comes back by name. */
    sayMade: (i: string, m: string, kind: string) => {
      try {
        port().postMessage({ i, m, p: made(kind) });
        return 'said';
      } catch (error) {
        return (error as Error).name;
      }
    },
    sayWithPorts: (message: unknown, count: number) => {
      const { port1, port2 } = new MessageChannel();
      const more = Array.from({ length: count - 1 }, () => new MessageChannel().port1);
      port2.onmessage = ({ data }) => got.push({ extra: data });
      port().postMessage(message, [port1, ...more]);
    },
    got: () => got,
    gotOf: (i: string) => got.filter((each) => each.i === i),
    forget: () => {
      got = [];
    },
    handOver: (at: number) => {
      const kept = port();
      kept.onmessage = null;
      place.toFrame(at, { keep: 1 }, [kept]);
    },
    /** Gives the port to somebody else of this page, a worker say. */
    surrender: (to: { postMessage(data: unknown, ports: MessagePort[]): void }) => to.postMessage('keep', [port()]),
    postToFrame: (at: number, data: unknown) => place.toFrame(at, data, [new MessageChannel().port1]),
    post: (data: unknown) => place.parent?.postMessage(data, '*'),
  };
}
