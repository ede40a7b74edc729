/**
 * One door to the resident API. Every failure is an `ApiProblem`:
 *
 *   problem+json from the server   -> its own slug, status, detail and extra members
 *   any other error body           -> slug `http-<status>`
 *   no answer at all               -> slug `offline`, status 0
 *   no answer in time              -> slug `timeout`, status 0
 */

const DEADLINE_MS = 15_000;

export type ProblemMembers = Record<string, unknown>;
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

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly slug: string,
    readonly status: number,
    readonly detail: string,
    readonly members: ProblemMembers = {},
  ) {
    super(detail || slug);
  }

  get requestId(): string | undefined {
    return text(this.members.request_id);
  }

  get hop(): string | undefined {
    return text(this.members.hop);
  }
}

/** True for an `ApiProblem` with one of these slugs. */
export function isProblem(error: unknown, ...slugs: string[]): error is ApiProblem {
  return error instanceof ApiProblem && slugs.includes(error.slug);
}

/** The 401s that say that no session is there. The others are about a proof: a wrong code, a second factor. */
const NO_SESSION = new Set(['unauthenticated', 'session-ended', 'session-missing', 'http-401']);

let signedOut: () => void = () => undefined;
let proveAgain: () => Promise<boolean> = () => Promise.resolve(false);

/** Names the one listener told whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Names the one that asks the resident to prove again that it is them; it answers whether they did. */
export function onReauthentication(listener: () => Promise<boolean>): void {
  proveAgain = listener;
}

/** What only the owner may do asks for a proof of just now (RFC 9470): it is asked for here, and the call repeated once. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.ok) return (await parse(response)) as T;
  const problem = await problemOf(response);
  if (problem.slug === 'reauthentication-needed' && !options.unasked && (await proveAgain())) {
    return request(method, path, { ...options, unasked: true });
  }
  if (NO_SESSION.has(problem.slug) && !options.anonymous) signedOut();
  throw problem;
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const deadline = withDeadline(options.signal);
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    signal: deadline.signal,
    headers: headersFor(options.body),
  };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  try {
    return await fetch(path + queryString(options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
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

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
