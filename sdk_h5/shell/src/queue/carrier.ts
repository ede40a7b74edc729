/**
 * The hidden frame that sends: the carrier page of the service's own origin, so that a call that waited is in no way
 * different from one made at once. The page is the SDK's; this serves it.
 */
import { type Context, connectFrame, type Handlers } from '@onecity/host';
import type { ServiceDetail } from '@/api/types';
import { mode, preferences } from '@/state/preferences';
import { version } from '@/version';

const PAGE = '/sdk/v1/carrier.html';
const OPENING_MS = 20_000;
const SENDING_MS = 60_000;
/** After a call that no answer came to, the page may not ask for the next. */
const SETTLED_MS = 2_000;

/** Resolves when the page has been told that nothing is left; rejects when it is late or `signal` is aborted. */
export function carry(service: ServiceDetail, handlers: Handlers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const frame = hiddenFrame();
    let timer: ReturnType<typeof setTimeout> | undefined;

    function end(how: () => void): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      bridge.close();
      frame.remove();
      how();
    }
    const fail = (why: string) => end(() => reject(new Error(why)));
    const stop = () => fail('stopped');

    function wait(milliseconds: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => fail('The carrier page is late.'), milliseconds);
    }

    async function next(...asked: Parameters<Handlers[string]>): Promise<unknown> {
      clearTimeout(timer);
      const call = await handlers['queue.next']?.(...asked);
      if (call) wait(SENDING_MS);
      // Later, so that the page hears the answer before its frame goes.
      else setTimeout(() => end(resolve), 0);
      return call;
    }

    async function settle(...said: Parameters<Handlers[string]>): Promise<unknown> {
      await handlers['queue.settle']?.(...said);
      clearTimeout(timer);
      timer = setTimeout(() => end(resolve), SETTLED_MS);
      return undefined;
    }

    const served = { ...handlers, 'queue.next': next, 'queue.settle': settle };
    const bridge = connectFrame(frame, { origin: service.origin, context: () => contextOf(service), handlers: served });
    signal.addEventListener('abort', stop);
    frame.src = service.origin + PAGE;
    document.body.append(frame);
    wait(OPENING_MS);
  });
}

function hiddenFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  frame.setAttribute('referrerpolicy', 'no-referrer');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.dataset.testid = 'carrier';
  Object.assign(frame.style, { position: 'absolute', width: '0', height: '0', border: '0', visibility: 'hidden' });
  return frame;
}

function contextOf({ id, name, version: release }: ServiceDetail): Context {
  return {
    service: { id, name, version: release },
    locale: preferences.locale,
    theme: mode(),
    elder: preferences.elder,
    host: { name: 'shell', version },
    launch: { path: PAGE },
  };
}
