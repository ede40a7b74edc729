/**
 * One door to the resident API. Every failure is an `ApiProblem`:
 *
 *   problem+json from the server   -> its own slug, status, detail and extra members
 *   any other error body           -> slug `http-<status>`
 *   no answer at all               -> slug `offline`, status 0
 *   no answer in time              -> slug `timeout`, status 0
 */

import { sortOf, storedKey, storedList } from '@/cache/paths';
import { kept, onNobody, rewriting } from '@/cache/reads';
import { reached, unreached } from '@/state/network';
import { ApiProblem, type ProblemMembers, saysNobody, text } from './problem';

export { ApiProblem, isAway, isProblem, type ProblemMembers } from './problem';

const DEADLINE_MS = 15_000;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  /** Set where being signed out is an ordinary answer, not a reason to ask for sign-in. */
  anonymous?: boolean;
  /** Set where `reauthentication-needed` is the page's own business, as in the step-up itself. */
  unasked?: boolean;
}

/** How many have signed in here: what is said to an earlier one's call is no news of the one who is here. */
let arrivals = 0;
let signedOut: () => void = () => undefined;
let proveAgain: () => Promise<boolean> = () => Promise.resolve(false);

/** Names the one listener told whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
  onNobody(listener);
}

/** Somebody has just signed in. */
export function arrived(): void {
  arrivals += 1;
}

/** Names the one that asks the resident to prove again that it is them; it answers whether they did. */
export function onReauthentication(listener: () => Promise<boolean>): void {
  proveAgain = listener;
}

/** One call. Reads that the app keeps are answered from what was kept when the network is away (`cache/`). */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const sort = method === 'GET' ? sortOf(path, options.query) : undefined;
  if (sort)
    return kept(path + queryString(options.query), sort, () => asked<T>(method, path, options, sort === 'public'));
  if (method === 'GET' || storedKey(path) === undefined) return asked<T>(method, path, options);
  return storing(path, options, () => asked<T>(method, path, options));
}

/** A write to a mini-service's own storage; the list of its keys is then asked for anew. */
async function storing<T>(path: string, { query, body }: RequestOptions, ask: () => Promise<T>): Promise<T> {
  const value = await rewriting(path + queryString(query));
  const list = await rewriting(storedList(path) + queryString(query));
  const answered = await ask();
  await value(asStored(path, body));
  await list(undefined);
  return answered;
}

/** What only the owner may do asks for a proof of just now (RFC 9470): it is asked for here, and the call repeated once. */
async function asked<T>(method: Method, path: string, options: RequestOptions, shared = false): Promise<T> {
  const before = arrivals;
  const response = await send(method, path, options, shared);
  if (response.ok) return (await parse(response)) as T;
  const problem = await problemOf(response);
  if (problem.slug === 'reauthentication-needed' && !options.unasked && (await proveAgain())) {
    return asked(method, path, { ...options, unasked: true });
  }
  if (saysNobody(problem) && !options.anonymous && before === arrivals) signedOut();
  throw problem;
}

/** What reading a mini-service's own storage would answer after this write; undefined after a removal. */
function asStored(path: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('value' in body)) return undefined;
  return { key: storedKey(path), value: body.value, updated_at: new Date().toISOString() };
}

/** `shared`: an answer for everybody, which the browser itself may keep, and confirm by its ETag. */
async function send(method: Method, path: string, options: RequestOptions, shared: boolean): Promise<Response> {
  const deadline = withDeadline(options.signal);
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    cache: shared ? 'default' : 'no-store',
    signal: deadline.signal,
    headers: headersFor(options.body),
  };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  try {
    const response = await fetch(path + queryString(options.query), init);
    reached();
    return response;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    unreached();
    throw new ApiProblem(deadline.signal.aborted ? 'timeout' : 'offline', 0, '');
  } finally {
    deadline.clear();
  }
}

/** `AbortSignal.any` and `.timeout` by hand: phones of 2020 do not have them. */
function withDeadline(outer: AbortSignal | undefined): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, DEADLINE_MS);
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort);
  const clear = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, clear };
}

function headersFor(body: unknown): Record<string, string> {
  const accept = { Accept: 'application/json, application/problem+json' };
  return body === undefined ? accept : { ...accept, 'Content-Type': 'application/json' };
}

export function queryString(query: RequestOptions['query'] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const encoded = params.toString();
  return encoded && `?${encoded}`;
}

async function parse(response: Response): Promise<unknown> {
  const body = await response.text();
  return body ? JSON.parse(body) : undefined;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const members = await membersOf(response);
  const slug = text(members.type)?.split('/').pop() ?? `http-${response.status}`;
  return new ApiProblem(slug, response.status, text(members.detail) ?? text(members.title) ?? '', members);
}

async function membersOf(response: Response): Promise<ProblemMembers> {
  const wait = Number(response.headers.get('Retry-After'));
  const known: ProblemMembers = wait > 0 ? { retry_after: wait } : {};
  if (!response.headers.get('Content-Type')?.includes('json')) return known;
  const body: unknown = await response.json().catch(() => ({}));
  return typeof body === 'object' && body !== null ? { ...known, ...body } : known;
}
