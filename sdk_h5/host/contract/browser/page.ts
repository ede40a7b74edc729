/** The page in the frame: it says hello to the app around it and does what it is told. */
import { connect, WindowMessenger } from 'penpal';
import { createOrders, type Orders, type PagePlace } from '../page.js';

const above: Window = opener ?? parent;
const asked = new URLSearchParams(location.search);

const place: PagePlace = {
  self: window,
  parent: above,
  origin: location.origin,
  fetch: (request) => fetch(request),
  loaded: () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).loadEventEnd > 0,
  toFrame: (at, data, ports = []) => above.frames[at]?.postMessage(data, '*', ports),
};

const WORKER = `let kept;
onmessage = ({ data, ports }) => {
  if (!ports[0]) return kept.postMessage(data);
  kept = ports[0];
  kept.onmessage = ({ data }) => postMessage(data);
};`;

/** What needs a real page: workers, frames in frames, a foreign library, going elsewhere. */
function framesOnly(): Orders {
  let worker: Worker | undefined;
  const fromWorker: unknown[] = [];
  return {
    finishLoading: () => fetch(`${asked.get('slow')}?now`, { mode: 'no-cors' }).then(() => {}),
    go: (url: string) => {
      location.href = url;
    },
    toWorker: () => {
      worker = new Worker(URL.createObjectURL(new Blob([WORKER])));
      worker.onmessage = ({ data }) => fromWorker.push(data);
      orders.surrender?.(...([worker] as never[]));
    },
    workerSays: (message: unknown) => worker?.postMessage(message),
    workerGot: () => fromWorker,
    greetFromWithin: (nonce: string) => {
      const inner = document.createElement('iframe');
      const syn = JSON.stringify({ ns: 'onecity', v: 1, t: 'syn', nonce });
      inner.srcdoc = `<script>top.postMessage(${syn}, '*'); parent.postMessage({ order: 'spoken' }, '*')</script>`;
      document.body.append(inner);
      return new Promise<void>((resolve) => {
        addEventListener('message', ({ data }) => data?.order === 'spoken' && resolve());
      });
    },
    penpal: async (timeout: number) => {
      const messenger = new WindowMessenger({ remoteWindow: above, allowedOrigins: ['*'] });
      const remote = connect({ messenger, timeout, methods: { steal: () => 'stolen' } });
      return remote.promise.then(
        () => 'connected',
        (error: { code?: string }) => error.code,
      );
    },
  };
}

const orders: Orders = { ...createOrders(place), ...framesOnly() };
const { port1, port2 } = new MessageChannel();
port1.onmessage = async ({ data: { id, order, given } }) => {
  try {
    const work = orders[order] as ((...given: unknown[]) => unknown) | undefined;
    if (!work) throw new Error('nobody knows how');
    port1.postMessage({ id, value: await work(...given) });
  } catch (error) {
    port1.postMessage({ id, error: String(error) });
  }
};
above.postMessage({ order: 'hello', n: Number(asked.get('n')) }, '*', [port2]);
