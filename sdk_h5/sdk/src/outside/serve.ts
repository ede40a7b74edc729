import { CityError } from '../errors.js';
import { own, ownText } from '../shape.js';
import type { EventName, Events, Fault, FromHost, Method, Methods } from '../wire.js';

/** What an adapter can do, by the wire's methods. `signal` is aborted when the page gives up. */
export type Handlers = {
  readonly [M in Method]?: Handler<Methods[M]['result']> | undefined;
};

type Handler<R> = (params: unknown, signal: AbortSignal) => Promise<R extends undefined ? void : R>;

export type Emit = <E extends EventName>(
  ev: E,
  ...payload: Events[E] extends undefined ? [p?: undefined] : [p: Events[E]]
) => void;

/** Answers the SDK over `port`, as the app would: each call once, unless it was cancelled before. */
export function serve(port: MessagePort, handlers: Handlers): Emit {
  const running = new Map<string, AbortController>();
  const post = (message: FromHost): void => port.postMessage(message);

  async function answer(i: string, m: string, p: unknown): Promise<void> {
    const stop = new AbortController();
    running.set(i, stop);
    const message = await carryOut(handlers, m, p, stop.signal).then(
      (r): FromHost => ({ i, ok: 1, r }),
      (error): FromHost => ({ i, ok: 0, e: asFault(error) }),
    );
    if (running.delete(i)) post(message);
  }

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const [i, m] = [ownText(data, 'i'), ownText(data, 'm')];
    if (i === undefined) return;
    if (m !== undefined) answer(i, m, own(data, 'p'));
    else if (running.has(i)) cancel(running, i);
  };
  return (ev, ...[p]) => post({ ev, p });
}

function cancel(running: Map<string, AbortController>, i: string): void {
  const stop = running.get(i);
  running.delete(i);
  stop?.abort();
}

async function carryOut(handlers: Handlers, m: string, p: unknown, signal: AbortSignal): Promise<unknown> {
  const handler = own(handlers, m) as Handler<unknown> | undefined;
  if (!handler) throw new CityError('UNSUPPORTED', 'Not here: open the page in the city’s app.');
  return handler(p, signal);
}

export function asFault(error: unknown): Fault {
  const { code, message, retry } = error instanceof CityError ? error : new CityError('INTERNAL', String(error));
  return { code, message, retry };
}
