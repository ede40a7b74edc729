import type { Intent } from '@onecity/host';
import type { Account, ServiceDetail } from '@/api/types';
import type { WriteQueue } from '@/queue';
import type { Question } from '@/state/dialog';
import type { PushOutcome } from '@/state/push';
import type { Device } from './device';
import type { Patience } from './patience';
import type { Prompts } from './prompts';
import type { Tokens } from './tokens';

/** What the page around the frame does when the mini-service asks for it. */
export interface Page {
  title: (text: string) => void;
  toast: (text: string) => void;
  /** The text of a wait, null when it is over. */
  loading: (text: string | null) => void;
  wantsBack: (on: boolean) => void;
  close: () => void;
  /** The consent is gone: the page is told, and leaves. */
  revoked: () => void;
  open: (service: string, path: string | undefined) => void;
}

/** What one mini-service asks of another: what the provider answered, or null when the resident left it. */
export interface IntentDesk {
  ask: (asked: Asked, signal: AbortSignal) => Promise<Finished | null>;
}

/** An open intent as the provider's page is opened with it. */
export interface Asked extends Intent {
  provider: string;
  /** Where in the provider it begins. */
  path: string;
}

export interface Finished {
  token: string;
  result: unknown;
}

/** What a service page lends to the mini-service in its frame. */
export interface Lent {
  service: () => ServiceDetail;
  name: () => string;
  mandate?: string | undefined;
  tokens: Tokens;
  account: () => Account | null;
  page: Page;
  prompts: Prompts;
  patience: Patience;
  confirm: (question: Question, signal: AbortSignal) => Promise<boolean>;
  subscribe: () => Promise<PushOutcome>;
  device: Device;
  /** Null where this page may not ask another service: it is being asked itself. */
  intents: IntentDesk | null;
  /** What this page was opened for by another service. */
  asked?: Asked | undefined;
  /** The asked one is done: the page goes, the asker gets it. */
  finished: (answer: Finished) => void;
  queue: WriteQueue | null;
}
