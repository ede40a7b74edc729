import { Window as DOM } from 'happy-dom';
import { openIn } from '../../src/outside/index.js';
import type { Here, Surroundings } from '../../src/outside/surroundings.js';
import type { Ack } from '../../src/wire.js';

/** A browser's window without an app around it, and what the adapter did to it. */
export interface Room {
  around: Surroundings;
  here: Here;
  /** Where the page was sent. */
  went: string[];
  /** What the adapter draws into. */
  drawn(): ShadowRoot;
}

export const PLACE = {
  app: 'https://city.example',
  service: { id: 'queries', name: { 'zh-CN': '查询', en: 'Queries' }, version: '1.2.0' },
};

export interface Furniture {
  /** What the mini-service's host says of the place; null when it says nothing. */
  place?: object | null;
  /** The content of the page's `onecity-outside` element. */
  wish?: string;
  agent?: string;
  window?: object;
  navigator?: object;
}

export function room({ place = PLACE, wish, agent, window = {}, navigator = {} }: Furniture = {}): Room {
  const dom = new DOM({ url: 'https://queries.city.example/fund.html?year=2026#top' });
  const here = dom as unknown as Here;
  here.document.title = '公积金查询';
  here.document.documentElement.lang = 'zh-CN';
  if (wish !== undefined) here.document.head.innerHTML = `<meta name="onecity-outside" content="${wish}">`;
  const fetched = async () => (place ? Response.json(place) : new Response('', { status: 404 }));
  define(here, { fetch: fetched, isSecureContext: true, ...window });
  define(here.navigator, { ...(agent && { userAgent: agent }), ...navigator });
  const went: string[] = [];
  const nothing = here.document.createElement('div').attachShadow({ mode: 'open' });
  const drawn = (): ShadowRoot => [...here.document.body.children].at(-1)?.shadowRoot ?? nothing;
  const go = (address: string): void => {
    went.push(address);
  };
  return { around: { window: here, go }, here, went, drawn };
}

/** A browser that has all of what the adapter can use. */
export function furnished(others: Furniture = {}): Room {
  const at = { coords: { latitude: 31.23, longitude: 121.47, accuracy: 20 }, timestamp: Date.UTC(2026, 10, 26) };
  const it = room({
    ...others,
    window: { BarcodeDetector: SeesAtOnce, ...others.window },
    navigator: {
      geolocation: { getCurrentPosition: (found: (position: object) => void) => found(at) },
      clipboard: { writeText: async () => {} },
      share: async () => {},
    },
  });
  define(it.here.navigator, { mediaDevices: { getUserMedia: async () => filming(it, () => {}) }, ...others.navigator });
  return it;
}

/** What a camera gives; `stop` is called when it is given back. */
export function filming({ here }: Room, stop: () => void): MediaStream {
  const stream = new here.MediaStream();
  define(stream, { getTracks: () => [{ stop }] });
  return stream;
}

class SeesAtOnce {
  detect = async () => [{ rawValue: 'https://city.example/c/1' }];
}

/** The adapter as the SDK has it: its answers, and what it says by itself. */
export interface Opened {
  ack: Pick<Ack, 'caps' | 'context' | 'limits'>;
  ask(m: string, p?: unknown, signal?: AbortSignal): Promise<unknown>;
  events: [string, unknown][];
  /** Every message that came, as it came. */
  frames: Record<string, unknown>[];
}

/** The adapter for this room, spoken to over its port by hand. */
export async function enter({ around }: Room): Promise<Opened> {
  const { ack, port } = await openIn(around);
  const events: [string, unknown][] = [];
  const frames: Record<string, unknown>[] = [];
  const asked = new Map<string, (message: Record<string, unknown>) => void>();
  opened.push(port);
  port.onmessage = ({ data }) => {
    frames.push(data);
    if ('ev' in data) events.push([data.ev, data.p]);
    else if ('ok' in data) asked.get(data.i)?.(data);
  };
  const ask = (m: string, p?: unknown, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const i = `call-${asked.size}`;
      asked.set(i, ({ ok, r, e }) => (ok === 1 ? resolve(r) : reject(e)));
      signal?.addEventListener('abort', () => port.postMessage({ i, cancel: 1 }));
      port.postMessage({ i, m, p });
    });
  return { ack, ask, events, frames };
}

const opened: MessagePort[] = [];

/** For afterEach: a port that is open keeps the process. */
export function closeAll(): void {
  for (const port of opened.splice(0)) port.close();
}

export function define(target: object, members: object): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** The shortest of three tries in milliseconds: what the refusal takes, and not what else this machine is doing. */
export async function quickest(refuse: () => Promise<unknown>): Promise<number> {
  const tries: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const started = performance.now();
    await refuse().catch(() => {});
    tries.push(performance.now() - started);
  }
  return Math.min(...tries);
}

/** Waits until `look` finds something: for what comes after a few messages. */
export async function until<T>(look: () => T | null | undefined | false): Promise<T> {
  for (let turn = 0; turn < 200; turn += 1) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It did not come.');
}
