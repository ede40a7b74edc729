import type { Place } from '../src/place.js';

export interface Posted {
  data: unknown;
  target: string;
}

/** A window that only receives: what is posted to it arrives as a message from `source` at `origin`. */
export class FakeWindow extends EventTarget {
  readonly posted: Posted[] = [];

  deliver(data: unknown, source: unknown, origin: string, ports: readonly MessagePort[] = []): void {
    const copy = structuredClone(data);
    this.dispatchEvent(Object.assign(new Event('message'), { data: copy, source, origin, ports }));
  }
}

/** How one window looks from another: a thing to post to, that tells the receiver who posted. */
export class WindowView {
  readonly posted: Posted[] = [];
  #receive: (data: unknown, ports: readonly MessagePort[]) => void = () => {};

  onPost(receive: (data: unknown, ports: readonly MessagePort[]) => void): void {
    this.#receive = receive;
  }

  postMessage(data: unknown, target: string, ports: readonly MessagePort[] = []): void {
    this.posted.push({ data: structuredClone(data), target });
    queueMicrotask(() => this.#receive(data, ports));
  }
}

/** The type a browser gives to what a test makes up. */
export function as<T>(value: unknown): T {
  return value as T;
}

export const CHILD_ORIGIN = 'http://appointments.localhost:8000';
export const HOST_ORIGIN = 'http://localhost:8000';

export interface Pair {
  child: FakeWindow;
  host: FakeWindow;
  /** What the child posts to, and what the host sees as the source of nothing. */
  parentView: WindowView;
  /** What the host posts to, and what the host sees as the source of the child's messages. */
  childView: WindowView;
}

/** A host window and the window of its frame, each seeing the other as a browser shows it. */
export function windowPair(childOrigin = CHILD_ORIGIN): Pair {
  const [child, host, parentView, childView] = [new FakeWindow(), new FakeWindow(), new WindowView(), new WindowView()];
  parentView.onPost((data, ports) => host.deliver(data, childView, childOrigin, ports));
  childView.onPost((data, ports) => {
    const target = childView.posted.at(-1)?.target;
    if (target === childOrigin) child.deliver(data, parentView, HOST_ORIGIN, ports);
  });
  return { child, host, parentView, childView };
}

export function placeOf(pair: Pair, others: Partial<Place> = {}): Place {
  return {
    self: as<Place['self']>(pair.child),
    parent: as<Place['parent']>(pair.parentView),
    origin: CHILD_ORIGIN,
    fetch: () => Promise.reject(new TypeError('No network in this test.')),
    ...others,
  };
}
