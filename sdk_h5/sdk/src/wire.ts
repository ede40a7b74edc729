/**
 * What crosses the bridge between a mini-service and its host, and nothing else.
 *
 * Both sides import this file, so the wire is written once. `Syn` and `Ack` travel by window message;
 * after that every message goes over the one MessagePort that came with the `Ack`.
 */

export const NAMESPACE = 'onecity';
export const VERSION = 1;

/** The one event the bridge keeps for itself: the host says that it is leaving. */
export const CLOSED = 'closed';

export type Locale = 'zh-CN' | 'en';
export type Theme = 'light' | 'dark';

export interface LocalText {
  'zh-CN': string;
  en?: string;
}

/** What a mini-service knows about where it runs. */
export interface Context {
  service: { id: string; name: LocalText; version: string };
  locale: Locale;
  theme: Theme;
  elder: boolean;
  host: { name: string; version: string };
  launch: Launch;
  a11y?: Accessibility;
}

/** `intent` is there when another mini-service asked for something, which `intents.finish` answers. */
export interface Launch {
  path: string;
  intent?: Intent;
}

export interface Intent {
  id: string;
  name: string;
  payload: unknown;
  from: { id: string; name: LocalText };
}

/** What helps this resident to read: `textScale` 1 is the usual size. */
export interface Accessibility {
  reducedMotion: boolean;
  moreContrast: boolean;
  textScale: number;
}

/** What the host lets one mini-service do: calls at once, calls in a burst, calls a second, bytes a message. */
export interface Limits {
  inFlight: number;
  burst: number;
  perSecond: number;
  bytes: number;
}

/** `loaded`: the page's own load event is past, so the next one in this frame is another page's. */
export interface Syn {
  ns: typeof NAMESPACE;
  v: typeof VERSION;
  t: 'syn';
  nonce: string;
  loaded?: boolean;
}

/** `caps` names the methods this host answers; `session` is new with every handshake. */
export interface Ack {
  ns: typeof NAMESPACE;
  v: typeof VERSION;
  t: 'ack';
  nonce: string;
  session: string;
  context: Context;
  caps: readonly string[];
  limits: Limits;
}

/** `d` is the time in milliseconds the caller waits; without it the caller waits for a person. */
export interface Call {
  i: string;
  m: string;
  p: unknown;
  d?: number;
}

export interface Cancel {
  i: string;
  cancel: 1;
}

export interface Success {
  i: string;
  ok: 1;
  r: unknown;
}

export interface Failure {
  i: string;
  ok: 0;
  e: Fault;
}

export interface Part {
  i: string;
  part: unknown;
}

export interface Announcement {
  ev: string;
  p: unknown;
}

export type FromChild = Call | Cancel;
export type FromHost = Success | Failure | Part | Announcement;

export type Hop = 'client' | 'gateway' | 'upstream';

/** Why a call failed, in a form that survives the wire. `retry` says whether the same call may succeed later. */
export interface Fault {
  code: string;
  message: string;
  retry: boolean;
  reference?: string;
  hop?: Hop;
}

/** The parameters and the answer of every method a host may offer. */
export interface Methods {
  token: { params: undefined; result: Token };
  identity: { params: undefined; result: Token };
  user: { params: undefined; result: User };
  'storage.get': { params: { key: string }; result: unknown };
  'storage.set': { params: { key: string; value: unknown }; result: undefined };
  'storage.keys': { params: undefined; result: string[] };
  'ui.title': { params: { text: string }; result: undefined };
  'ui.toast': { params: { text: string }; result: undefined };
  'ui.confirm': { params: Question; result: boolean };
  'ui.sheet': { params: Sheet; result: string | null };
  'ui.loading': { params: { on: boolean; text?: string }; result: undefined };
  'ui.back': { params: { on: boolean }; result: undefined };
  'ui.close': { params: undefined; result: undefined };
  share: { params: Shared; result: { shared: boolean } };
  scan: { params: undefined; result: { text: string } | null };
  location: { params: { precise?: boolean }; result: Position };
  phone: { params: { number: string }; result: { called: boolean } };
  open: { params: { service: string; path?: string }; result: undefined };
  intent: { params: { name: string; payload: unknown }; result: IntentResult | null };
  'intent.finish': { params: { result: unknown }; result: undefined };
  'notify.subscribe': { params: { topic?: string }; result: Subscription };
  'consent.request': { params: { scopes: readonly string[] }; result: { granted: string[] } };
  'consent.revoke': { params: undefined; result: undefined };
  rate: { params: { event: string; title?: string }; result: { grade: number } | null };
  'queue.add': { params: QueuedCall; result: QueuedState };
  'queue.list': { params: undefined; result: QueuedState[] };
  /** For the carrier page only, which sends what was queued. */
  'queue.next': { params: undefined; result: (QueuedCall & { id: string }) | null };
  'queue.settle': { params: Settlement; result: undefined };
}

export type Method = keyof Methods;

/** A mini-session token; `expires_in` in seconds. */
export interface Token {
  token: string;
  expires_in: number;
}

/**
 * `sub` is this service's own name for whoever the matter is of; `loa` the proofing level, 1 to 4, of who is here.
 * `actingFor`: the resident acts for somebody else, whose `sub` it is: masked name, and the mandate's kind.
 */
export interface User {
  sub: string;
  name?: string;
  phone?: string;
  loa: number;
  /** Whom the resident acts for, masked; `sub` is then theirs. */
  actingFor?: { name: string; kind: string };
}

export interface Question {
  title: string;
  message?: string;
  ok?: string;
  cancel?: string;
}

/** Choices at the foot of the screen; the answer is the `id` of the one taken, null for none. */
export interface Sheet {
  title?: string;
  actions: readonly { id: string; label: string; danger?: boolean }[];
}

/** `path` is where in the service the link leads. */
export interface Shared {
  title: string;
  text?: string;
  path?: string;
}

/** Degrees of WGS 84; `accuracy` in metres; `at` is an RFC 3339 time. */
export interface Position {
  latitude: number;
  longitude: number;
  accuracy: number;
  at: string;
}

/** What another mini-service answered; `token` is the city's signature over it, for the asker's own server. */
export interface IntentResult {
  intent: string;
  provider: string;
  result: unknown;
  token: string;
}

/** A keyed write that waits for the network: `key` is its Idempotency-Key, `title` what the resident reads. */
export interface QueuedCall {
  upstream: string;
  path: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  key: string;
  title: string;
}

/** `status` is that of the answer; `at` the RFC 3339 time of the last change. */
export interface QueuedState {
  id: string;
  key: string;
  title: string;
  state: 'queued' | 'sent' | 'refused';
  status?: number;
  at: string;
}

/** What came of a queued call: `status` 0 for no answer; `code` and `message` of the CityError, for the resident. */
export interface Settlement {
  id: string;
  status: number;
  retry?: boolean;
  code?: string;
  message?: string;
}

export interface Subscription {
  inbox: true;
  push: 'granted' | 'denied' | 'unsupported' | 'later';
}

/** What a host may tell a mini-service, and with which payload. */
export interface Events {
  theme: { mode: Theme };
  locale: { locale: Locale };
  elder: { on: boolean };
  shown: undefined;
  hidden: undefined;
  /** The page is about to be removed. */
  unloaded: undefined;
  revoked: { reason: string };
  'release.revoked': { reason: string };
  /** The resident pressed back while the page wanted to hear of it. */
  back: undefined;
  queue: QueuedState;
  a11y: Accessibility;
}

export type EventName = keyof Events;
