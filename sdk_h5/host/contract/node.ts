import { connectFrame, createQuotas, type FrameOptions } from '../src/index.js';
import { createOrders, type PagePlace } from './page.js';
import { hostOptions, recorder } from './recorder.js';
import type { Host, Loading, Page, Stage } from './stage.js';

const APP = 'http://app.localhost';
const SERVICE = 'http://service.localhost';
const ELSEWHERE = 'http://elsewhere.localhost';

/** One document: a page's own window, which ends with the page. */
class NodeWindow extends EventTarget {
  loaded = false;

  constructor(readonly origin: string) {
    super();
  }

  hear(data: unknown, source: unknown, origin: string, ports: readonly MessagePort[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data, source, origin, ports }));
  }
}

/** How a sender sees a window: a thing to post to, which copies, hands over ports and keeps to the target origin. */
class View {
  constructor(
    private readonly target: () => NodeWindow | null,
    private readonly from: () => { source: unknown; origin: string },
  ) {}

  postMessage(data: unknown, targetOrigin: string, ports: MessagePort[] = []): void {
    const copy = structuredClone({ data, ports }, { transfer: ports });
    const { source, origin } = this.from();
    setTimeout(() => {
      const target = this.target();
      const meant = target && (targetOrigin === '*' || targetOrigin === target.origin);
      if (meant) target.hear(copy.data, source, origin, copy.ports);
    });
  }
}

/** A frame (or another window) of the app: `contentWindow` stays the same whatever page is in it. */
class NodeFrame extends EventTarget {
  page: NodeWindow | null = null;
  readonly above: View;
  readonly contentWindow: View;

  constructor(app: NodeWindow) {
    super();
    this.contentWindow = new View(
      () => this.page,
      () => ({ source: this.above, origin: app.origin }),
    );
    this.above = new View(
      () => app,
      () => ({ source: this.contentWindow, origin: this.page?.origin ?? 'null' }),
    );
  }

  show(page: NodeWindow): void {
    this.page = page;
  }

  finish(page: NodeWindow): void {
    page.loaded = true;
    if (this.page === page) this.dispatchEvent(new Event('load'));
  }
}

/** A stage of made-up windows; the ports are real. */
export function nodeStage(): Stage {
  const app = new NodeWindow(APP);
  const frames = [new NodeFrame(app)];
  const [frame] = frames as [NodeFrame];
  const quotas = createQuotas();
  const hosts: Host[] = [];

  function open(where: NodeFrame, { from = 'service', slow = false }: Loading = {}): Page {
    const page = new NodeWindow(from === 'service' ? SERVICE : ELSEWHERE);
    where.show(page);
    if (!slow) where.finish(page);
    const orders = createOrders(placeOf(where, page));
    return {
      at: frames.indexOf(where),
      run: async (order, ...given) => {
        const work = orders[order] as ((...given: unknown[]) => unknown) | undefined;
        if (!work) throw new Error(`No page can ${order}.`);
        return structuredClone(await work(...structuredClone(given))) as never;
      },
    };
  }

  function placeOf(where: NodeFrame, page: NodeWindow): PagePlace {
    return {
      self: page as unknown as PagePlace['self'],
      parent: where.above as unknown as PagePlace['parent'],
      origin: page.origin,
      fetch: () => Promise.reject(new TypeError('No network on this stage.')),
      loaded: () => page.loaded,
      toFrame: (at, data, ports = []) => {
        const target = new View(
          () => frames[at]?.page ?? null,
          () => ({ source: where, origin: page.origin }),
        );
        target.postMessage(data, '*', ports);
      },
    };
  }

  function another(): Page {
    const other = new NodeFrame(app);
    frames.push(other);
    return open(other);
  }

  return {
    tellsOfClosedPorts: true,
    host(options: Partial<FrameOptions> = {}) {
      const host = recorder((record) =>
        connectFrame(frame as unknown as HTMLIFrameElement, {
          ...hostOptions(SERVICE, record),
          window: app as unknown as Window,
          quotas,
          ...options,
        }),
      );
      hosts.push(host);
      return host;
    },
    impostor(hear) {
      app.addEventListener('message', (event) => {
        const { data, source } = event as MessageEvent<unknown>;
        if (source !== (frame.contentWindow as unknown)) return;
        hear(data, (message, ports = []) => frame.contentWindow.postMessage(message, '*', ports));
      });
    },
    load: async (how) => open(frame, how),
    sibling: async () => another(),
    popup: async () => another(),
    finishLoading: async () => {
      if (frame.page) frame.finish(frame.page);
    },
    leaveFor: async () => {
      const empty = new NodeWindow('null');
      frame.show(empty);
      frame.finish(empty);
    },
    speakToSelf: (data) => app.hear(data, app, APP, []),
    end() {
      for (const { connection } of hosts) connection.close();
    },
  };
}
