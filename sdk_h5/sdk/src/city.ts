import type { Bounds } from './bounds.js';
import type { CallInit } from './call.js';
import type { Core, Reason } from './core.js';
import type { FileWish } from './pick.js';
import type {
  IntentResult,
  Position,
  Question,
  QueuedState,
  Shared,
  Sheet,
  Subscription,
  Token,
  User,
} from './wire.js';

/** Whether a call works here and now. `since` is the SDK release that brought it, absent for an unknown name. */
export type Availability =
  | { ok: true; since: string; reason?: undefined }
  | { ok: false; reason: Reason; since?: string };

/**
 * The whole of what a mini-service sees: the bridge and, by name, all that the app offers over it. Every promise
 * settles; every rejection is a CityError. What waits for the resident has no deadline unless one is given.
 */
export interface City extends Omit<Core, 'canUse'> {
  /** Who is here, as far as the resident consented. */
  user(bounds?: Bounds): Promise<User>;
  /** A token that tells the department's own server who is here; good for a minute, to be passed on once. */
  token(bounds?: Bounds): Promise<Token>;
  /** A fetch to a department, through the gateway. Rejects for every status outside 200–299. */
  call(upstream: string, path: string, init?: CallInit): Promise<Response>;
  /** What this service keeps for this resident, on all their devices: any JSON, 1 MB in all. */
  readonly storage: {
    /** null when nothing is kept under the key. */
    get(key: string, bounds?: Bounds): Promise<unknown>;
    set(key: string, value: unknown, bounds?: Bounds): Promise<void>;
    remove(key: string, bounds?: Bounds): Promise<void>;
    keys(bounds?: Bounds): Promise<string[]>;
  };
  readonly ui: {
    title(text: string, bounds?: Bounds): Promise<void>;
    toast(text: string, bounds?: Bounds): Promise<void>;
    confirm(question: Question, bounds?: Bounds): Promise<boolean>;
    /** The id of the action taken, null for none. */
    sheet(sheet: Sheet, bounds?: Bounds): Promise<string | null>;
    /** Shows that something takes time, and what, until it is called with false. */
    loading(on: boolean, text?: string, bounds?: Bounds): Promise<void>;
    /** Calls the listener instead of leaving when the resident presses back, until the function it gives is called. */
    back(listener: () => void): () => void;
    close(bounds?: Bounds): Promise<void>;
  };
  share(what: Shared, bounds?: Bounds): Promise<{ shared: boolean }>;
  /** What a code said, null when the resident left. */
  scan(bounds?: Bounds): Promise<{ text: string } | null>;
  location(wish?: { precise?: boolean }, bounds?: Bounds): Promise<Position>;
  phone(number: string, bounds?: Bounds): Promise<{ called: boolean }>;
  /** Goes to another mini-service. */
  open(service: string, path?: string, bounds?: Bounds): Promise<void>;
  /** No files when the resident thought better of it. Call it from a click. */
  pickFile(wish?: FileWish, bounds?: Bounds): Promise<File[]>;
  takePhoto(bounds?: Bounds): Promise<File | null>;
  /** Asks another mini-service through the app; null when the resident left. */
  readonly intents: {
    request(name: string, payload?: unknown, bounds?: Bounds): Promise<IntentResult | null>;
    pay(payload?: unknown, bounds?: Bounds): Promise<IntentResult | null>;
    showLicence(payload?: unknown, bounds?: Bounds): Promise<IntentResult | null>;
    sign(payload?: unknown, bounds?: Bounds): Promise<IntentResult | null>;
    /** Answers `context.launch.intent`, with which another mini-service opened this one. */
    finish(result: unknown, bounds?: Bounds): Promise<void>;
  };
  readonly notify: {
    subscribe(wish?: { topic?: string }, bounds?: Bounds): Promise<Subscription>;
  };
  readonly consent: {
    request(scopes: readonly string[], bounds?: Bounds): Promise<{ granted: string[] }>;
    /** Takes back every consent this service has, which also ends this visit. */
    revoke(bounds?: Bounds): Promise<void>;
  };
  /** Asks for a grade, 1 to 5, of a finished event by the department's id for it; null when the resident gave none. */
  rate(event: { event: string; title?: string }, bounds?: Bounds): Promise<{ grade: number } | null>;
  /** The calls that wait for the network, or did. */
  readonly queue: {
    list(bounds?: Bounds): Promise<QueuedState[]>;
  };
  /**
   * Keeps `lang`, `data-theme`, `data-elder` and the variables `--onecity-…` on an element, the page's root unless
   * given. Gives the function that ends it.
   */
  appearance(root?: HTMLElement): () => void;
  /** Never throws, whatever it is given. */
  canUse(name: unknown): Availability;
}
