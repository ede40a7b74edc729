import { type Bounds, bounded } from './bounds.js';
import { aborted, CityError, invalid } from './errors.js';
import { serviceAddress } from './path.js';
import type { Place } from './place.js';
import { refusal } from './problem.js';
import type { Tokens } from './token.js';

/** What `fetch` takes, and `json`: a value to send as the body (the method is then POST unless given). */
export interface CallInit extends Omit<RequestInit, 'signal' | 'credentials'>, Bounds {
  json?: unknown;
}

type Wanted = Omit<CallInit, keyof Bounds> & { signal: AbortSignal };

const GATEWAY_MS = 30_000;
const STALE = new Set(['token-expired', 'token-invalid']);

/** Calls to departments: a real fetch through the gateway's door, with the mini-session token and one retry. */
export function createCall({ fetch, origin }: Place, tokens: Tokens) {
  /** One try; the token it used comes back with the answer, so that only that one is dropped when it is stale. */
  async function attempt(address: string, wanted: Wanted): Promise<{ token: string; response: Response }> {
    const request = asRequest(address, wanted);
    const token = await tokens.get();
    request.headers.set('authorization', `Bearer ${token}`);
    try {
      return { token, response: await fetch(request) };
    } catch (cause) {
      throw new CityError('NETWORK', 'The city could not be reached.', { retry: true, hop: 'client', cause });
    }
  }

  async function carry(address: string, wanted: Wanted): Promise<Response> {
    const first = await attempt(address, wanted);
    if (first.response.ok) return first.response;
    const error = await refusal(first.response);
    if (error.status !== 401 || !STALE.has(error.code) || isStream(wanted.body)) throw error;
    tokens.drop(first.token);
    const { response } = await attempt(address, wanted);
    if (response.ok) return response;
    throw await refusal(response);
  }

  return async (upstream: string, path: string, init: CallInit = {}): Promise<Response> => {
    const { deadline = GATEWAY_MS, signal, ...rest } = init;
    if (signal?.aborted) throw aborted(signal);
    const address = origin + serviceAddress(upstream, path);
    const stop = new AbortController();
    // Stays after the head of the answer: the caller's signal also ends a body that is still arriving.
    signal?.addEventListener('abort', () => stop.abort(signal.reason));
    return bounded(carry(address, { ...rest, signal: stop.signal }), { signal, deadline }, () => stop.abort());
  };
}

function asRequest(address: string, { json, ...init }: Wanted): Request {
  try {
    const headers = new Headers(init.headers);
    if (json === undefined) return new Request(address, { ...init, headers, credentials: 'omit' });
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    const body = JSON.stringify(json);
    return new Request(address, { method: 'POST', ...init, headers, body, credentials: 'omit' });
  } catch (cause) {
    throw invalid('These options do not make a request.', cause);
  }
}

/** A stream is gone once sent, so a call that carries one is not tried again. */
function isStream(body: unknown): boolean {
  return typeof ReadableStream !== 'undefined' && body instanceof ReadableStream;
}
