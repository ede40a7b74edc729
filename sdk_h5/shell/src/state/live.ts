/** The live stream of the signed-in resident: notices, the unread count, the end of the session. */
import { readAccount } from '@/api/account';
import { ApiProblem } from '@/api/client';
import type { Notice } from '@/api/types';

const AGAIN_MS = 5_000;

export interface LiveListeners {
  notice: (notice: Notice) => void;
  unread: (count: number) => void;
  signedOut: () => void;
}

export type OpenSource = (url: string) => EventSource;

const openSource: OpenSource = (url) => new EventSource(url);

/** Listens until the returned function is called. */
export function listenLive(listeners: LiveListeners, open: OpenSource = openSource): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let source = connect();

  function connect(): EventSource {
    const stream = open('/api/v1/live');
    stream.addEventListener('notice', (event) => hear<Notice>(event, listeners.notice));
    stream.addEventListener('unread', (event) =>
      hear<{ count: number }>(event, ({ count }) => listeners.unread(count)),
    );
    stream.addEventListener('signed-out', listeners.signedOut);
    stream.addEventListener('error', () => void failed(stream));
    return stream;
  }

  /** The browser reconnects by itself after a dropped line, but gives up after a refusal. */
  async function failed(stream: EventSource): Promise<void> {
    if (stream.readyState !== EventSource.CLOSED || ended) return;
    const out = await refused();
    if (ended) return;
    if (out) return listeners.signedOut();
    timer = setTimeout(() => {
      source = connect();
    }, AGAIN_MS);
  }

  return () => {
    ended = true;
    clearTimeout(timer);
    source.close();
  };
}

async function refused(): Promise<boolean> {
  try {
    await readAccount();
    return false;
  } catch (error) {
    return error instanceof ApiProblem && error.status === 401;
  }
}

function hear<T>(event: Event, listener: (data: T) => void): void {
  const data = parsed((event as MessageEvent<string>).data);
  if (data !== undefined) listener(data as T);
}

/** Undefined for a frame that cannot be read: one such frame must not silence the stream. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
