import { type City, createCity } from '@onecity/sdk/create';
import type { Place } from '../../sdk/src/place.js';
import { byHand } from './by-hand.js';
import { made } from './made.js';
import type { Outcome, Said } from './stage.js';

/** What a page of the contract finds around it. */
export interface PagePlace extends Place {
  /** Posts to another frame of the app. */
  toFrame(at: number, data: unknown, ports?: MessagePort[]): void;
  loaded(): boolean;
}

export type Orders = Readonly<Record<string, (...given: never[]) => unknown>>;

interface Wishes {
  deadline?: number;
  /** The caller gives up after so many milliseconds; 0 is before the call. */
  abortAfter?: number;
}

/** What a page can be told to do: the SDK, and the wire by hand. */
export function createOrders(place: PagePlace): Orders {
  let city = createCity(place);
  let heard: [string, unknown][] = [];

  const ask = (name: string, params?: unknown, wishes: Wishes = {}): Promise<Outcome> =>
    outcomeOf(() => city.request(name as never, params as never, boundsFor(wishes)));

  return {
    ...byHand(place),
    ask,
    ready: (wishes: Wishes = {}) => outcomeOf(() => city.ready(boundsFor(wishes))),
    askAll: (name: string, all: unknown[], wishes?: Wishes) => Promise.all(all.map((each) => ask(name, each, wishes))),
    askWith: (kind: string, wishes?: Wishes) => ask('ui.toast', made(kind), wishes),
    canUse: (name: unknown) => city.canUse(name),
    canUseAnything: () => strange().map((name) => outcomeNow(() => city.canUse(name))),
    context: () => city.context,
    /** Forgets the SDK and loads it again, as a second copy in the same page would be. */
    anew: () => {
      city = createCity(place);
    },
    listen: (...events: string[]) => {
      heard = [];
      for (const event of events)
        city.on(event as Parameters<City['on']>[0], (payload) => heard.push([event, payload ?? null]));
    },
    heard: () => heard,
    polluted: () => 'polluted' in {},
  };
}

export async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    const { name, code, message, retry, reference, hop } = error as Said;
    return { error: { name, code, message, retry, ...(reference && { reference }), ...(hop && { hop }) } };
  }
}

function outcomeNow(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return 'thrown';
  }
}

function boundsFor({ deadline, abortAfter }: Wishes): { deadline?: number; signal?: AbortSignal } {
  const stop = new AbortController();
  if (abortAfter === 0) stop.abort();
  else if (abortAfter) setTimeout(() => stop.abort(), abortAfter);
  return { ...(deadline !== undefined && { deadline }), ...(abortAfter !== undefined && { signal: stop.signal }) };
}

function strange(): unknown[] {
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
    },
  );
  return [undefined, null, 7, '', '__proto__', 'constructor', Symbol('x'), () => 1, [], {}, trap];
}
