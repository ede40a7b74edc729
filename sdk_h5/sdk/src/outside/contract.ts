import type { Ack } from '../wire.js';

/**
 * What the SDK needs of the adapter that stands in for the app where there is none.
 *
 * The adapter is a file of its own, `onecity-outside.js` (entry point `src/outside/index.ts`), imported only by a page
 * that no other page frames, and only when it is needed. It speaks the wire over a MessagePort like any host, so
 * deadlines, the in-flight cap, cancelling, faults and the reading of hostile answers are the SDK's as inside the app.
 *
 * Whether it is asked at all, the page says with `<meta name="onecity-outside" content="…">`:
 *
 * - `none`: never; every call rejects with NOT_IN_HOST at once.
 * - no such element, and no message handler of a native web view: only for what needs no resident (`OPEN_TO_ALL` in
 *   methods.ts: ui.*, storage.*, share, location, phone, open). `ready` and everything else reject with NOT_IN_HOST at
 *   once, without loading anything, so that a page can say "open it in the city's app".
 * - anything else (`app`, or the address of the city's app for a page of another host), or a native message handler
 *   (`webkit.messageHandlers.onecity`, or an injected `onecityNative`): for everything, `ready` included.
 */
export interface OutsideModule {
  /**
   * Called once for a page; after a loss (`closed`, or the port's end) again. A rejection, or three seconds without
   * an answer, is NOT_IN_HOST to the caller, with the rejection as its `cause`.
   */
  open(): Promise<Outside>;
}

export interface Outside {
  /**
   * `caps` names the wire's methods that work here and now: another one rejects with UNSUPPORTED without being sent.
   * `context` is the best the place knows (`host.name` says which place: `browser`, `wechat`, `native`).
   * `limits.inFlight` is how many calls the adapter wants at once.
   */
  ack: Pick<Ack, 'caps' | 'context' | 'limits'>;
  /**
   * The page's end. On the other one the adapter answers `Call` with `Success` or `Failure`, stops on `Cancel`, and
   * posts `Announcement`s: exactly `FromChild` and `FromHost` of wire.ts. Answering is under no obligation of time:
   * the SDK keeps the deadline and posts `Cancel` when it is over.
   */
  port: MessagePort;
}
