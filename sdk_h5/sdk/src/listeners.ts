import { own } from './shape.js';
import type { Announcement, EventName, Events } from './wire.js';

export type Listener<E extends EventName> = (payload: Events[E]) => void;

export interface Listeners {
  on<E extends EventName>(event: E, listener: Listener<E>): () => void;
  tell(announcement: Announcement): void;
}

/** What each event must carry; an event that does not is dropped, as is one this SDK does not know. */
const FORMS: Readonly<Record<EventName, (p: unknown) => boolean>> = {
  theme: (p) => own(p, 'mode') === 'light' || own(p, 'mode') === 'dark',
  locale: (p) => own(p, 'locale') === 'zh-CN' || own(p, 'locale') === 'en',
  elder: (p) => typeof own(p, 'on') === 'boolean',
  shown: () => true,
  hidden: () => true,
  unloaded: () => true,
  back: () => true,
  'release.revoked': (p) => typeof own(p, 'reason') === 'string',
  queue: (p) => typeof own(p, 'state') === 'string',
  a11y: (p) => typeof own(p, 'textScale') === 'number',
  revoked: (p) => typeof own(p, 'reason') === 'string',
};

export type KnownAnnouncement = { [E in EventName]: { ev: E; p: Events[E] } }[EventName];

export function isKnown(heard: Announcement): heard is KnownAnnouncement {
  const fits = own(FORMS, heard.ev);
  return typeof fits === 'function' && fits(heard.p) === true;
}

export function createListeners(report: (error: unknown) => void): Listeners {
  const entries = new Set<{ event: string; call: (payload: never) => void }>();
  return {
    on(event, listener) {
      const entry = { event, call: listener };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    tell({ ev, p }) {
      for (const entry of [...entries]) {
        if (entry.event !== ev) continue;
        try {
          entry.call(p as never);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}
