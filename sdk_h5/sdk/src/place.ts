import { bounded } from './bounds.js';
import { notInHost } from './errors.js';
import { type Greeting, SILENCE_MS } from './handshake.js';
import { OPEN_TO_ALL } from './methods.js';
import { type Windows, windows } from './windows.js';

/** Where the SDK runs: the few things it takes from the browser, so that tests can hand in others. */
export interface Place extends Windows {
  origin: string;
  fetch: (request: Request) => Promise<Response>;
}

interface Native {
  webkit?: { messageHandlers?: { onecity?: unknown } };
  onecityNative?: unknown;
}

export function browser(): Place {
  return {
    ...windows(),
    origin: globalThis.location?.origin ?? 'http://x',
    fetch: (request) => fetch(request),
    welcomes,
    standIn,
  };
}

/** See outside/contract.ts. Outside a browser (a build, a server) nothing is welcome. */
function welcomes(method: unknown): boolean {
  const { document, webkit, onecityNative } = globalThis as typeof globalThis & Native;
  const wish = document?.querySelector<HTMLMetaElement>('meta[name=onecity-outside]')?.content;
  if (!document || wish === 'none') return false;
  return !!(wish || onecityNative || webkit?.messageHandlers?.onecity) || OPEN_TO_ALL.test(method as string);
}

/** The adapter for where there is no app; it is loaded only now. */
function standIn(): Promise<Greeting> {
  const opening = import('./onecity-outside.js').then(({ open }) => open());
  return bounded(opening, { deadline: SILENCE_MS }).catch((cause) => {
    throw notInHost(cause);
  });
}
