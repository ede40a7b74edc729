import type { FrameConnection, FrameOptions, Loss, Refusal } from '../src/index.js';

/**
 * The bridge's contract as data: what must hold between a host and the page in its frame, wherever both run.
 * A case sees a stage, of which there are two kinds: windows made up in node, and real frames in a browser.
 */
export interface Case {
  name: string;
  /** Only where there are real frames: what it says cannot be made up in node. */
  only?: 'frames';
  /**
   * `at once`: it only waits, for the silence of three seconds, so all such cases wait together.
   * `alone`: it opens a window, which may hide the app's.
   */
  when?: 'at once' | 'alone';
  run(stage: Stage): Promise<void>;
}

export interface Stage {
  /** Puts the app's half around the frame; its allowances are shared by all hosts of one stage. */
  host(options?: Partial<FrameOptions>): Host;
  /** The app by hand instead: hears every message of the frame's page, and may post to it. */
  impostor(hear: (data: unknown, post: Post) => void): void;
  /** Loads a page that takes orders into the frame. */
  load(how?: Loading): Promise<Page>;
  /** Another frame of the app, with a page of the same service in it. */
  sibling(): Promise<Page>;
  /** A window that the app opened, with a page of the same service in it. */
  popup(): Promise<Page>;
  /** Lets a page that loads slowly come to the end of it, and waits until the app knows. */
  finishLoading(): Promise<void>;
  /** Takes the frame to a page that takes no orders. */
  leaveFor(where: 'blank' | 'data'): Promise<void>;
  /** What the app's own window posts to itself. */
  speakToSelf(data: unknown): void;
  /** Clears the stage: closes its hosts, empties its frames. */
  end(): void;
  /** Whether this browser says when the page behind a port is gone. */
  readonly tellsOfClosedPorts: boolean;
}

export type Post = (data: unknown, ports?: MessagePort[]) => void;

export interface Loading {
  /** A page of the service, or one of another origin. */
  from?: 'service' | 'elsewhere';
  /** Its own load event comes at `finishLoading`, so that it can take orders before. */
  slow?: boolean;
}

/** A page in a window of its own, that does what page.ts can. Everything given to it is copied. */
export interface Page {
  run<T = unknown>(order: string, ...given: unknown[]): Promise<T>;
  /** Which of the app's frames it is in. */
  readonly at: number;
}

/** The app's half and what it was told. */
export interface Host {
  connection: FrameConnection;
  sessions: string[];
  losses: Loss[];
  refusals: Refusal[];
  errors: unknown[];
}

/** How a call ended, in a form that can be copied out of the page. */
export type Outcome = { value: unknown; error?: undefined } | { value?: undefined; error: Said };

export interface Said {
  name: string;
  code: string;
  message: string;
  retry: boolean;
  reference?: string;
  hop?: string;
}
