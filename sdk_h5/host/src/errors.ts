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

const internal = (): BridgeError => new BridgeError('INTERNAL', 'The app could not do this.', { retry: true });

/** The error as it goes over the wire. */
export function asFault(error: unknown): Fault {
  const { code, message, retry, reference, hop } = error instanceof BridgeError ? error : internal();
  return { code, message, retry, ...(reference !== undefined && { reference }), ...(hop && { hop }) };
}
