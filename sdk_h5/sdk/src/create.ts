import type { Bounds } from './bounds.js';
import { createBridge } from './bridge.js';
import { type CallInit, createCall } from './call.js';
import { badReply } from './errors.js';
import { createListeners, isKnown, type KnownAnnouncement, type Listener } from './listeners.js';
import { type Availability, isCallName, METHODS } from './methods.js';
import type { Place } from './place.js';
import { own, ownText } from './shape.js';
import { createTokens } from './token.js';
import type { Announcement, Context, EventName, Question, Subscription, User } from './wire.js';

/** The whole of what a mini-service sees. Every promise settles; every rejection is a CityError. */
export interface City {
  /** Shakes hands with the app, once; every other call does so by itself when it comes first. */
  ready(bounds?: Bounds): Promise<Context>;
  /** The latest context: null before `ready`, kept up to date by the app afterwards. */
  readonly context: Context | null;
  /** Who is here, as far as the resident consented. */
  user(bounds?: Bounds): Promise<User>;
  /** A fetch to a department, through the gateway. Rejects for every status outside 200–299. */
  call(upstream: string, path: string, init?: CallInit): Promise<Response>;
  readonly ui: {
    title(text: string, bounds?: Bounds): Promise<void>;
    toast(text: string, bounds?: Bounds): Promise<void>;
    /** Waits for the resident, without a deadline. */
    confirm(question: Question, bounds?: Bounds): Promise<boolean>;
    close(bounds?: Bounds): Promise<void>;
  };
  readonly notify: {
    /** Waits for the resident, without a deadline. */
    subscribe(wish?: { topic?: string }, bounds?: Bounds): Promise<Subscription>;
  };
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: Listener<E>): () => void;
  /** Never throws, whatever it is given. */
  canUse(name: unknown): Availability;
}

export function createCity(place: Place): City {
  const listeners = createListeners(place.report);
  const bridge = createBridge(place, { greet, hear });
  const tokens = createTokens(() => bridge.request('call'));
  let context: Context | null = null;

  function greet(fresh: Context): void {
    context = fresh;
  }

  function hear(heard: Announcement): void {
    if (!isKnown(heard)) return;
    if (context) context = { ...context, ...news(heard) };
    if (heard.ev === 'revoked') tokens.drop();
    listeners.tell(heard);
  }

  const plain = (name: 'ui.title' | 'ui.toast' | 'ui.close') => async (params: unknown, bounds?: Bounds) => {
    await bridge.request(name, params, bounds);
  };
  const [title, toast, close] = [plain('ui.title'), plain('ui.toast'), plain('ui.close')];

  return {
    async ready(bounds) {
      await bridge.ready(bounds);
      return context as Context;
    },
    get context() {
      return context;
    },
    user: async (bounds) => asUser(await bridge.request('user', undefined, bounds)),
    call: createCall(place, tokens),
    ui: {
      title: (text, bounds) => title({ text }, bounds),
      toast: (text, bounds) => toast({ text }, bounds),
      confirm: async (question, bounds) => (await bridge.request('ui.confirm', question, bounds)) === true,
      close: (bounds) => close(undefined, bounds),
    },
    notify: {
      subscribe: async (wish = {}, bounds) => asSubscription(await bridge.request('notify.subscribe', wish, bounds)),
    },
    on: listeners.on,
    canUse(name) {
      if (!isCallName(name)) return { ok: false, reason: 'unknown' };
      const { since } = METHODS[name];
      const reason = bridge.obstacle(name);
      return reason ? { ok: false, reason, since } : { ok: true, since };
    },
  };
}

/** The part of the context that an event changes. */
function news(heard: KnownAnnouncement): Partial<Context> {
  if (heard.ev === 'theme') return { theme: heard.p.mode };
  if (heard.ev === 'locale') return { locale: heard.p.locale };
  return heard.ev === 'elder' ? { elder: heard.p.on } : {};
}

function asUser(reply: unknown): User {
  if (ownText(reply, 'sub') === undefined || typeof own(reply, 'loa') !== 'number') throw badReply();
  return reply as User;
}

function asSubscription(reply: unknown): Subscription {
  if (ownText(reply, 'push') === undefined) throw badReply();
  return reply as Subscription;
}
