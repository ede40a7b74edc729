import { type Bounds, bounded } from './bounds.js';
import { CityError, hostGone } from './errors.js';
import { shakeHands } from './handshake.js';
import { type Link, openLink } from './link.js';
import { type CallName, METHODS, type Reason } from './methods.js';
import type { Place } from './place.js';
import type { Announcement, Context } from './wire.js';

/** The way to the host. The first call shakes hands, once; after a loss only `ready` does so again. */
export interface Bridge {
  ready(bounds?: Bounds): Promise<void>;
  request(name: CallName, params?: unknown, bounds?: Bounds): Promise<unknown>;
  /** Why `name` cannot be called now; undefined when it can. */
  obstacle(name: CallName): Reason | undefined;
}

export interface Ears {
  greet(context: Context): void;
  hear(announcement: Announcement): void;
}

interface Session {
  caps: ReadonlySet<string>;
  link: Link;
}

export function createBridge(place: Place, { greet, hear }: Ears): Bridge {
  let opening: Promise<Session> | undefined;
  let session: Session | undefined;
  let lost = false;

  async function open(): Promise<Session> {
    const { ack, port } = await shakeHands(place);
    const link = openLink(port, { hear, gone: forget });
    session = { caps: new Set(ack.caps), link };
    lost = false;
    greet(ack.context);
    return session;
  }

  function forget(): void {
    session = undefined;
    opening = undefined;
    lost = true;
  }

  function enter(bounds: Bounds): Promise<Session> {
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return bounded(opening, bounds);
  }

  return {
    async ready(bounds = {}) {
      await enter(bounds);
    },
    async request(name, params, bounds = {}) {
      if (lost) throw hostGone();
      const { wire, deadline } = METHODS[name];
      const { caps, link } = await enter({ signal: bounds.signal });
      if (!caps.has(wire)) throw new CityError('UNSUPPORTED', `This app does not offer ${name}.`);
      return link.request(wire, params, { ...bounds, deadline: bounds.deadline ?? deadline });
    },
    obstacle(name) {
      if (!place.parent) return 'not-in-host';
      if (session) return session.caps.has(METHODS[name].wire) ? undefined : 'unsupported';
      return lost ? 'host-gone' : 'not-ready';
    },
  };
}
