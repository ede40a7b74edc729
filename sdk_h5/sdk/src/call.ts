import { type Bounds, bounded } from './bounds.js';
import { aborted, CityError, invalid } from './errors.js';
import { newIdentifier } from './identifier.js';
import { serviceAddress } from './path.js';
import type { Place } from './place.js';
import { refusal } from './problem.js';
import type { OnProgress } from './progress.js';
import type { Tokens } from './token.js';
import type { QueuedCall, QueuedState } from './wire.js';

/** What `fetch` takes, and more. */
export interface CallInit extends Omit<RequestInit, 'signal' | 'credentials'>, Bounds {
  /** A value to send as the body; the method is then POST unless given. */
  json?: unknown;
  /** The Idempotency-Key, or true for a new one: the call may then be repeated. */
  key?: string | boolean;
  /** Hears how much of the answer's body has come. */
  onProgress?: OnProgress;
  /** Hears how much of the request's body has gone; the answer then comes whole, not as a stream. */
  onUpload?: OnProgress;
  /** Keeps a call whose body is a text in the app when the network fails; `title` is what the resident reads there. */
  queue?: { title: string };
}

export type Keep = (call: QueuedCall) => Promise<QueuedState>;

const KEY = 'idempotency-key';
const TYPE = 'content-type';
const STALE = /^token-(expired|invalid)$/;

/** Calls to departments: a real fetch through the gateway's door, with the mini-session token. */
export function createCall({ fetch, origin }: Place, tokens: Tokens, keep: Keep) {
  return async (upstream: string, path: string, init: CallInit = {}): Promise<Response> => {
    const { deadline = 30_000, signal, queue, onUpload, onProgress, key = !!queue, ...rest } = init;
    if (signal?.aborted) throw aborted(signal);
    const address = origin + serviceAddress(upstream, path);
    const until = Date.now() + deadline;
    const stop = new AbortController();
    // Stays after the head of the answer: the caller's signal also ends a body that is still arriving.
    signal?.addEventListener('abort', () => stop.abort(signal.reason));
    const wanted = { ...rest, key: key === true ? newIdentifier() : key, signal: stop.signal };
    // A stream is gone once sent, so a call that carries one is not tried again.
    const once = 'getReader' in Object(rest.body);
    let renewed = once;
    let tries = 0;

    async function send(request: Request): Promise<Response> {
      if (!onUpload && !onProgress) return fetch(request);
      return (await import('./onecity-upload.js')).sendCounting(request, { fetch, onUpload, onProgress });
    }

    async function attempt(): Promise<Response> {
      const request = prepare(address, wanted);
      const token = await tokens.get();
      request.headers.set('authorization', `Bearer ${token}`);
      const response = await send(request).catch((cause) => {
        throw new CityError('NETWORK', 'No network.', { retry: true, hop: 'client', cause });
      });
      if (response.ok) return response;
      const error = await refusal(response);
      if (error.status !== 401 || !STALE.test(error.code)) throw error;
      tokens.drop(token);
      if (renewed) throw error;
      renewed = true;
      return attempt();
    }

    /** Repeats what is safe to repeat while the network is thin and time lasts; the app may keep the rest for later. */
    async function carry(): Promise<Response> {
      try {
        return await attempt();
      } catch (caught) {
        const error = caught as CityError;
        if (once || stop.signal.aborted) throw error;
        const request = prepare(address, wanted);
        const pause = pauseAfter(error, request, tries++);
        if (Date.now() + pause < until) {
          await new Promise((resolve) => setTimeout(resolve, pause));
          return carry();
        }
        if (!queue || error.code !== 'NETWORK' || typeof (rest.body ?? '') !== 'string') throw error;
        const { id } = await keep({ ...queue, upstream, path, ...(await written(request)) }).catch(() => {
          throw error;
        });
        throw new CityError('QUEUED', 'Kept for later.', { reference: id, cause: error });
      }
    }

    return bounded(carry(), { signal, deadline }, () => stop.abort());
  };
}

/** A body can be read once, so every try has a request of its own. */
function prepare(address: string, { json, key, ...init }: CallInit): Request {
  try {
    const headers = new Headers(init.headers);
    if (key && !headers.has(KEY)) headers.set(KEY, key as string);
    if (json !== undefined && !headers.has(TYPE)) headers.set(TYPE, 'application/json');
    const method = init.method ?? (json === undefined ? 'GET' : 'POST');
    const body = JSON.stringify(json) ?? init.body;
    return new Request(address, { ...(init as RequestInit), method, headers, body, credentials: 'omit' });
  } catch (cause) {
    throw invalid('Not a request.', cause);
  }
}

/** How long to wait before the next try, in milliseconds; without end when there is none to be. */
function pauseAfter(
  { status, code, retry, retryAfter = 0 }: CityError,
  { headers, method }: Request,
  tries: number,
): number {
  const passing = status ? retry : code === 'NETWORK' && globalThis.navigator?.onLine !== false;
  const safe = headers.has(KEY) || /^(GET|HEAD)$/.test(method);
  if (!passing || !safe || tries > 2) return Infinity;
  return Math.max(400 * 2.5 ** tries * (0.5 + Math.random()), retryAfter * 1_000);
}

/** A request as the queue keeps it. */
async function written(request: Request): Promise<Pick<QueuedCall, 'method' | 'headers' | 'body' | 'key'>> {
  const { method, headers } = request;
  const body = (await request.text()) || null;
  return { method, headers: Object.fromEntries(headers), body, key: headers.get(KEY) as string };
}
