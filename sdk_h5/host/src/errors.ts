import type { Fault, Hop } from '@onecity/sdk/wire';

export interface Details {
  retry?: boolean;
  reference?: string | undefined;
  hop?: Hop | undefined;
}

/** What a handler throws to tell the mini-service why; any other exception becomes INTERNAL, without its words. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly retry: boolean;
  readonly reference: string | undefined;
  readonly hop: Hop | undefined;

  constructor(
    readonly code: string,
    message: string,
    { retry = false, reference, hop }: Details = {},
  ) {
    super(message);
    this.retry = retry;
    this.reference = reference;
    this.hop = hop;
  }
}

export const internal = (): BridgeError => new BridgeError('INTERNAL', 'The app could not do this.', { retry: true });

export const unsupported = (): BridgeError => new BridgeError('UNSUPPORTED', 'This app does not offer that method.');

export const hidden = (): BridgeError =>
  new BridgeError('HIDDEN', 'Nobody sees the page now: ask again once it is shown.', { retry: true });

export const late = (ms: number): BridgeError =>
  new BridgeError('TIMEOUT', `The app did not answer within ${ms} ms.`, { retry: true });

export const rateLimited = (): BridgeError =>
  new BridgeError('RATE_LIMITED', 'Too many calls: wait for answers, then go on.', { retry: true });

export const tooLarge = (bytes: number): BridgeError =>
  new BridgeError('TOO_LARGE', `A message holds ${bytes} bytes at most.`);

export const notCloneable = (): BridgeError =>
  new BridgeError('NOT_CLONEABLE', 'The answer cannot be copied to the mini-service.');

export const invalid = (what: string): BridgeError => new BridgeError('INVALID_ARGUMENT', what);

const LONGEST_MESSAGE = 2_000;

/** The error as it goes over the wire. */
export function asFault(error: unknown): Fault {
  const { code, message, retry, reference, hop } = error instanceof BridgeError ? error : internal();
  return {
    code,
    message: message.slice(0, LONGEST_MESSAGE),
    retry,
    ...(reference !== undefined && { reference }),
    ...(hop && { hop }),
  };
}
