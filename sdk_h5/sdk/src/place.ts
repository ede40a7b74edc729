/** Where the SDK runs: the few things it takes from the browser, so that tests can hand in others. */
export interface Place {
  self: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** The window above; null or `self` itself when there is none. */
  parent: Pick<Window, 'postMessage'> | null;
  origin: string;
  fetch: (request: Request) => Promise<Response>;
  /** Where an exception goes that a listener threw. */
  report: (error: unknown) => void;
}

/** Outside a browser (a build, a server) there is no window, hence no host. */
export function browser(): Place {
  const here = typeof window === 'undefined' ? null : window;
  return {
    self: here ?? new EventTarget(),
    parent: here && here.parent !== here ? here.parent : null,
    origin: here ? here.location.origin : 'https://nowhere.invalid',
    fetch: (request) => fetch(request),
    report: (error) => {
      // Thrown from a microtask, so that window.onerror sees it and no other listener does.
      queueMicrotask(() => {
        throw error;
      });
    },
  };
}
