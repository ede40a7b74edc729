import { connectFrame, createQuotas } from '../../src/index.js';
import { hostOptions, recorder, type Told } from '../recorder.js';
import type { Host, Loading, Page, Stage } from '../stage.js';

export interface Origins {
  service: string;
  elsewhere: string;
}

/** A page that can be told what to do: its window said hello and sent a port for orders. */
interface Hello {
  source: unknown;
  port: MessagePort;
}

let pages = 0;
const hellos = new Map<number, (hello: Hello) => void>();

/** Hears of every page of the contract that opens; to be called once. */
export function hearHellos(): void {
  addEventListener('message', ({ data, source, ports: [port] }: MessageEvent<{ order?: unknown; n?: number }>) => {
    if (data?.order === 'hello' && port) hellos.get(data.n ?? 0)?.({ source, port });
  });
}

/** A stage of a real frame, whose pages are of other origins than the app's. */
export function frameStage({ service, elsewhere }: Origins): Stage {
  const hosts: Host[] = [];
  const own: HTMLIFrameElement[] = [];
  const newFrame = (): HTMLIFrameElement => {
    const made = addFrame();
    own.push(made);
    return made;
  };
  const frame = newFrame();
  const quotas = createQuotas();
  let current: Ordered | null = null;

  async function load({ from = 'service', slow = false }: Loading = {}): Promise<Page> {
    const { url, opened } = announce(from === 'service' ? service : elsewhere, slow);
    const loaded = once(frame, 'load');
    if (current) current.tell('go', url);
    else frame.src = url;
    current = ordered(await opened);
    if (!slow) await loaded;
    return current;
  }

  return {
    tellsOfClosedPorts: 'onclose' in MessagePort.prototype,
    host(options = {}) {
      const wanted = (record: Told) => connectFrame(frame, { ...hostOptions(service, record), quotas, ...options });
      const host = recorder(wanted);
      hosts.push(host);
      return host;
    },
    impostor(hear) {
      addEventListener('message', ({ data, source }) => {
        if (source !== frame.contentWindow || data?.order) return;
        hear(data, (message, ports = []) => frame.contentWindow?.postMessage(message, '*', ports));
      });
    },
    load,
    async sibling() {
      const { url, opened } = announce(service);
      const other = newFrame();
      other.src = url;
      return ordered(await opened);
    },
    async popup() {
      const { url, opened } = announce(service);
      const popup = open(url, '', 'popup,width=200,height=200');
      const page = ordered(await opened);
      return { at: -1, run: (order, ...given) => page.run(order, ...given).finally(() => popup?.close()) as never };
    },
    async finishLoading() {
      const loaded = once(frame, 'load');
      current?.tell('finishLoading');
      await loaded;
    },
    async leaveFor(where) {
      const loaded = once(frame, 'load');
      current?.tell('go', where === 'blank' ? 'about:blank' : 'data:text/html,elsewhere');
      await loaded;
    },
    speakToSelf: (data) => postMessage(data, location.origin),
    end() {
      for (const { connection } of hosts) connection.close();
      for (const each of own) each.src = 'about:blank';
    },
  };
}

function addFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  // Never removed: the pages know one another's frames by their number.
  document.body.append(frame);
  return frame;
}

function announce(origin: string, slow = false): { url: string; opened: Promise<Hello> } {
  pages += 1;
  const n = pages;
  const opened = new Promise<Hello>((resolve) => hellos.set(n, resolve));
  const picture = `${location.protocol}//${crypto.randomUUID()}.localhost:${location.port}/slow.svg`;
  return { url: `${origin}/page.html?n=${n}${slow ? `&slow=${picture}` : ''}`, opened };
}

interface Ordered extends Page {
  tell(order: string, ...given: unknown[]): void;
}

function ordered({ source, port }: Hello): Ordered {
  const waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  let orders = 0;
  port.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  const at = Array.from({ length: frames.length }, (_, n) => frames[n]).indexOf(source as Window);
  const tell = (order: string, ...given: unknown[]): number => {
    orders += 1;
    port.postMessage({ id: orders, order, given });
    return orders;
  };
  return {
    at,
    tell,
    async run(order, ...given) {
      const id = tell(order, ...given);
      const { value, error } = await new Promise<{ value?: unknown; error?: string }>((resolve) =>
        waiting.set(id, resolve),
      );
      if (error !== undefined) throw new Error(`The page could not ${order}: ${error}`);
      return value as never;
    },
  };
}

function once(target: EventTarget, event: string): Promise<void> {
  return new Promise((resolve) => target.addEventListener(event, () => resolve(), { once: true }));
}
