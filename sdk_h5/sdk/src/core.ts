import { type Bounds, bounded } from './bounds.js';
import { CityError, hostGone, notInHost } from './errors.js';
import { shakeHands } from './handshake.js';
import { type Link, openLink } from './link.js';
import { type Listener, listen } from './listeners.js';
import { own } from './shape.js';
import type { Windows } from './windows.js';
import type { Context, EventName, Method, Methods } from './wire.js';

export type Reason = 'unknown' | 'not-in-host' | 'not-ready' | 'host-gone' | 'unsupported';

export interface Usable {
  ok: boolean;
  reason?: Reason | undefined;
}

/** The bridge alone. Every promise settles; every rejection is a CityError. */
export interface Core {
  /** Shakes hands with the app, once; every other call does so by itself when it comes first. */
  ready(bounds?: Bounds): Promise<Context>;
  /** The latest context: null before `ready`, kept up to date by the app afterwards. */
  readonly context: Context | null;
  /**
   * Asks the app for a method of the wire; the answer is as the app gave it. The deadline is 30 s unless given:
   * `Infinity` for what waits for a person.
   */
  request<M extends Method>(method: M, params?: Methods[M]['params'], bounds?: Bounds): Promise<Methods[M]['result']>;
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: Listener<E>): () => void;
  /** Whether the app answers this method of the wire. Never throws, whatever it is given. */
  canUse(method: unknown): Usable;
}

/** Whether listeners should hear of this event. */
export type Knows = (ev: string, p: unknown) => boolean;

/** The member of an event that is the new value of the context's member of the same name. */
const NEWS = { theme: 'mode', locale: 'locale', elder: 'on' };

/** The first call shakes hands, once; after a loss only `ready` does so again. */
export function createCore({ self, parent, welcomes, standIn }: Windows, knows?: Knows): Core {
  const listeners = new EventTarget();
  let opening: Promise<Link> | undefined;
  /** What the host offers: undefined before the handshake, null when it is gone. */
  let caps: readonly unknown[] | null | undefined;
  let context: Context | null = null;

  const isWelcome = (method: unknown): unknown => parent ?? welcomes?.(method);

  async function open(): Promise<Link> {
    const { ack, port } = await (parent ? shakeHands(self, parent) : (standIn as NonNullable<typeof standIn>)());
    ({ caps, context } = ack);
    return openLink(port, { hear, gone }, ack.limits?.inFlight);
  }

  function gone(): void {
    opening = undefined;
    caps = null;
  }

  function hear(ev: string, p: unknown): void {
    if (knows && !knows(ev, p)) return;
    const member = ev === 'a11y' ? p : own(p, own(NEWS, ev) as string);
    if (member !== undefined) context = { ...(context as Context), [ev]: member };
    listeners.dispatchEvent(new CustomEvent(ev, { detail: p }));
  }

  function obstacle(method: unknown): Reason | undefined {
    if (!isWelcome(method)) return 'not-in-host';
    if (!caps) return caps === null ? 'host-gone' : 'not-ready';
    return caps.includes(method) ? undefined : 'unsupported';
  }

  async function enter(method: string, bounds: Bounds): Promise<Link> {
    if (!isWelcome(method)) throw notInHost();
    if (!opening) {
      opening = open();
      opening.catch(() => {
        opening = undefined;
      });
    }
    return bounded(opening, bounds);
  }

  return {
    async ready(bounds = {}) {
      await enter('', bounds);
      return context as Context;
    },
    get context() {
      return context;
    },
    async request(method, params, { deadline = 30_000, signal } = {}) {
      if (caps === null) throw hostGone();
      const link = await enter(method, { signal });
      if (!caps?.includes(method)) throw new CityError('UNSUPPORTED', `No ${method} here.`);
      return link.request(method, params, { signal, deadline }) as never;
    },
    on: (event, listener) => listen(listeners, event, listener),
    canUse(method) {
      const reason = obstacle(method);
      return { ok: !reason, reason };
    },
  };
}
