import type { Hop } from './wire.js';

export interface Details {
  retry?: boolean;
  reference?: string | undefined;
  hop?: Hop | undefined;
  status?: number;
  problem?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

/**
 * The one error every method of the SDK rejects with.
 *
 * `code` is in capitals when the SDK or the app says no (`HOST_SILENT`), and the slug of the problem when the
 * gateway or a department does (`slot-taken`). `retry` says whether the same call may succeed later.
 */
export class CityError extends Error {
  declare readonly code: string;
  declare readonly retry: boolean;
  /** The HTTP status, when the call reached the gateway. */
  declare readonly status?: number;
  /** What to quote to the operators: the request id. */
  declare readonly reference?: string;
  /** Who failed: the mini-service itself, the gateway, or the department behind it. */
  declare readonly hop?: Hop;
  /** The whole problem document (RFC 9457), when there is one. */
  declare readonly problem?: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Details = {}) {
    super(message);
    Object.assign(this, { name: 'CityError', code, retry: false }, details);
  }
}

export const hostGone = (): CityError => new CityError('HOST_GONE', 'The app closed the connection.');

export const aborted = (signal: AbortSignal): CityError =>
  new CityError('ABORTED', 'The caller gave up.', { cause: signal.reason });

export const invalid = (message: string, cause?: unknown): CityError =>
  new CityError('INVALID_ARGUMENT', message, { cause });

export const badReply = (): CityError => new CityError('BAD_REPLY', 'The app answered in a form the SDK cannot read.');
