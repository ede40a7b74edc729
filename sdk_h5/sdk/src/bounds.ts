import { aborted, CityError } from './errors.js';

/** How long a caller waits: `deadline` in milliseconds (`Infinity` for as long as it takes), `signal` to give up earlier. */
export interface Bounds {
  signal?: AbortSignal | undefined;
  deadline?: number | undefined;
}

/** A longer timer than this fires at once. */
const LONGEST = 2 ** 31 - 1;

/** Settles as `work` does, or rejects when the caller gives up or the time is over; only then is `giveUp` called. */
export function bounded<T>(work: Promise<T>, { signal, deadline }: Bounds, giveUp?: () => void): Promise<T> {
  let release = (): void => {};
  return new Promise<T>((resolve, reject) => {
    const stop = (error: CityError): void => {
      reject(error);
      giveUp?.();
    };
    const abort = (): void => stop(aborted(signal as AbortSignal));
    const late = (): void => stop(new CityError('TIMEOUT', `No answer within ${deadline} ms.`, { retry: true }));
    const timer = deadline === undefined ? undefined : setTimeout(late, Math.min(deadline, LONGEST));
    release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    work.then(resolve, reject);
  }).finally(() => release());
}
