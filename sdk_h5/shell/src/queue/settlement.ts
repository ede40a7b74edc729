import { own, ownText } from '@onecity/host';
import { shorten } from '@/service/words';
import type { Outcome } from './write';

const LONGEST = 200;

/** What the carrier says of a call. It runs at the mini-service's origin, so it is read as anything from there. */
export function readOutcome(params: unknown): Outcome & { id: string } {
  const status = own(params, 'status');
  const message = ownText(params, 'message');
  const code = ownText(params, 'code');
  return {
    id: ownText(params, 'id') ?? '',
    status: typeof status === 'number' && status >= 100 && status < 600 ? status : 0,
    retry: own(params, 'retry') === true,
    code: code !== undefined && /^[\w-]{1,64}$/.test(code) ? code : undefined,
    message: message === undefined ? undefined : shorten(message, LONGEST),
  };
}
