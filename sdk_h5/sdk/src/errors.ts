import type { Hop } from './wire.js';

export interface Details {
  retry?: boolean;
  reference?: string | undefined;
  hop?: Hop | undefined;
  status?: number;
  retryAfter?: number | undefined;
  problem?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

/** The codes of the SDK and the app; beside them `code` is the slug of a gateway's or a department's problem. */
export type Code =
  | 'NOT_IN_HOST'
  | 'HOST_SILENT'
  | 'HOST_GONE'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'HIDDEN'
  | 'QUEUED'
  | 'REFUSED'
  | 'UNSUPPORTED'
  | 'NOT_CLONEABLE'
  | 'TOO_LARGE'
  | 'RATE_LIMITED'
  | 'INVALID_ARGUMENT'
  | 'INVALID_PATH'
  | 'NETWORK'
  | 'BAD_REPLY'
  | 'INTERNAL'
  | (string & {});

/**
 * The one error every method of the SDK rejects with.
 *
 * `code` is in capitals when the SDK or the app says no (`HOST_SILENT`), and the slug of the problem when the
 * gateway or a department does (`slot-taken`). `retry` says whether the same call may succeed later.
 */
export class CityError extends Error {
  declare readonly code: Code;
  declare readonly retry: boolean;
  /** The HTTP status, when the call reached the gateway. */
  declare readonly status?: number;
  /** Seconds to wait before trying again, when the answer said so. */
  declare readonly retryAfter?: number;
  /** What to quote to the operators: the request id. With QUEUED, the id in the queue. */
  declare readonly reference?: string;
  /** Who failed: the mini-service itself, the gateway, or the department behind it. */
  declare readonly hop?: Hop;
  /** The whole problem document (RFC 9457), when there is one. */
  declare readonly problem?: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, details: Details = {}) {
    super(message);
    Object.assign(this, { name: 'CityError', code, retry: false }, details);
  }
}

export const notInHost = (cause?: unknown): CityError => new CityError('NOT_IN_HOST', 'Not in the app.', { cause });

export const hostGone = (): CityError => new CityError('HOST_GONE', 'The app is gone.');

export const aborted = (signal: AbortSignal | undefined): CityError =>
  new CityError('ABORTED', 'Given up.', { cause: signal?.reason });

export const invalid = (message: string, cause?: unknown): CityError =>
  new CityError('INVALID_ARGUMENT', message, { cause });

export const badReply = (): CityError => new CityError('BAD_REPLY', 'Not an answer.');
