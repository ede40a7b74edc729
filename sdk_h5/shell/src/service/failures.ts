import { BridgeError } from '@onecity/host';
import { ApiProblem } from '@/api/client';

const HOPS = ['client', 'gateway', 'upstream'] as const;

/** A failed API call in the words of the bridge, so that the mini-service sees the cause. */
export function asBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  if (!(error instanceof ApiProblem)) return new BridgeError('INTERNAL', 'The app could not do this.', { retry: true });
  // As the SDK's own calls say it: what the page would have sent next may then wait for the network.
  if (error.status === 0)
    return new BridgeError('NETWORK', 'The city could not be reached.', { retry: true, hop: 'client' });
  return new BridgeError(error.slug, error.message, {
    retry: error.status === 429 || error.status >= 500,
    reference: error.requestId,
    hop: HOPS.find((hop) => hop === error.hop),
  });
}

/** Work of ours for a mini-service: what fails does so in the words of the bridge. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asBridgeError(error);
  }
}
