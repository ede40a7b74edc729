import { own } from './shape.js';
import type { Method } from './wire.js';

/**
 * The calls of the public object: the wire's method behind each, the release it came with, and how long it may take
 * in milliseconds. Without a deadline the call waits for a person.
 */
export const METHODS = {
  user: { wire: 'user', since: '1.0.0', deadline: 30_000 },
  call: { wire: 'token', since: '1.0.0', deadline: 30_000 },
  'ui.title': { wire: 'ui.title', since: '1.0.0', deadline: 5_000 },
  'ui.toast': { wire: 'ui.toast', since: '1.0.0', deadline: 5_000 },
  'ui.confirm': { wire: 'ui.confirm', since: '1.0.0', deadline: undefined },
  'ui.close': { wire: 'ui.close', since: '1.0.0', deadline: 5_000 },
  'notify.subscribe': { wire: 'notify.subscribe', since: '1.0.0', deadline: undefined },
} as const satisfies Record<string, { wire: Method; since: string; deadline: number | undefined }>;

export type CallName = keyof typeof METHODS;

export type Reason = 'unknown' | 'not-in-host' | 'not-ready' | 'host-gone' | 'unsupported';

/** Whether a call works here and now. `since` is the SDK release that brought it, absent for an unknown name. */
export type Availability =
  | { ok: true; since: string; reason?: undefined }
  | { ok: false; reason: Reason; since?: string };

export function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && own(METHODS, name) !== undefined;
}
