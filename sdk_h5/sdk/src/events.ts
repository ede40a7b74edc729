import { fits, own } from './shape.js';
import type { EventName } from './wire.js';

const REASON = { reason: '' };

/** An example of what each event carries, 0 for nothing. */
export const EVENTS: Readonly<Record<EventName, unknown>> = {
  theme: { mode: ['light', 'dark'] },
  locale: { locale: ['zh-CN', 'en'] },
  elder: { on: true },
  a11y: { textScale: 1 },
  shown: 0,
  hidden: 0,
  unloaded: 0,
  back: 0,
  revoked: REASON,
  'release.revoked': REASON,
  queue: { state: '' },
};

/** An event that this SDK does not know, or that is malformed, is dropped. */
export function knows(ev: string, p: unknown): boolean {
  const example = own(EVENTS, ev);
  return example === 0 || (example !== undefined && fits(p, example));
}
