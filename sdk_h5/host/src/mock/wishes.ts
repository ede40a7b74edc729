import type { Context, Position, QueuedState, User } from '@onecity/sdk/wire';
import type { Handlers } from '../serve.js';
import type { ResidentName } from './residents.js';

/** What differs from the usual mock: any part of it, and it may be changed while the mock is in use. */
export interface MockOverrides {
  /** Who is here, of `RESIDENTS`. */
  resident?: ResidentName;
  /** Any part of that resident. */
  user?: Partial<User>;
  context?: Partial<Context>;
  /** What the resident answers to every ui.confirm. */
  confirm?: boolean;
  /** The id of the action taken in every ui.sheet, null for none; the first by default. */
  sheet?: string | null;
  /** What scan reads; null when the resident gives up. */
  scanned?: string | null;
  position?: Partial<Position>;
  /** The grade given by rate; null when the resident does not rate. */
  grade?: number | null;
  /** The scopes that consent.request does not get. */
  refusedScopes?: readonly string[];
  /** What other services answer, by the intent's name; null when the resident leaves. */
  intents?: Readonly<Record<string, (payload: unknown) => unknown>>;
  /** Bytes of storage. */
  quota?: number;
  /** Milliseconds every answer takes. */
  delay?: number;
  /** By method, the code it fails with: `{ token: 'level-too-low' }`. */
  fail?: Readonly<Record<string, string>>;
  /** Hears of each change in the queue; hand it to the page with `connection.emit('queue', state)`. */
  onQueue?: (state: QueuedState) => void;
  /** Replace or add single methods; throw a BridgeError to see how the page takes it. */
  handlers?: Handlers;
}
