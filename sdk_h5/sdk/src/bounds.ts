import { aborted, CityError, type Code } from './errors.js';

/** How long a caller waits: `deadline` in milliseconds (`Infinity` for as long as it takes), `signal` to give up earlier. */
export interface Bounds {
  signal?: AbortSignal | undefined;
  deadline?: number | undefined;
}

/** `code` is what being late is called. */
interface Patience extends Bounds {
  code?: Code;
}

/** A timer of so many milliseconds would fire at once. */
const TOO_LONG = 2 ** 31;

/** Settles as `work` does, or rejects when the caller gives up or the time is over; only then is `giveUp` called. */
export function bounded<T>(
  work: Promise<T>,
  { signal, deadline, code = 'TIMEOUT' }: Patience,
  giveUp?: () => unknown,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: () => void;
  return new Promise<T>((resolve, reject) => {
    const stop = (error: CityError): void => {
      reject(error);
      giveUp?.();
    };
    abort = () => stop(aborted(signal));
    const late = (): void => stop(new CityError(code, 'Too late.', { retry: true }));
    if ((deadline as number) < TOO_LONG) timer = setTimeout(late, deadline);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    work.then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
