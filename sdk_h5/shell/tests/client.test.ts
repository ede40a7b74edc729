import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, arrived, isProblem, onSignedOut, queryString, request } from '@/api/client';
import { answer, network, problem } from './stubs';

const failureOf = (work: Promise<unknown>): Promise<ApiProblem> =>
  work.then(
    () => Promise.reject(new Error('it worked')),
    (error) => error,
  );

afterEach(() => vi.unstubAllGlobals());

describe('a request', () => {
  it('sends JSON to its own origin and reads JSON', async () => {
    const sent = network({ 'PUT /api/v1/x': { body: { a: 1 } } });
    expect(await request('PUT', '/api/v1/x', { body: { b: 2 } })).toEqual({ a: 1 });
    expect(sent[0]?.init.credentials).toBe('same-origin');
    expect(sent[0]?.init.body).toBe('{"b":2}');
    expect(sent[0]?.init.headers).toMatchObject({ 'Content-Type': 'application/json' });
  });

  it('names no content type without a body', async () => {
    const sent = network({ 'POST /api/v1/x': { status: 204 } });
    expect(await request('POST', '/api/v1/x')).toBeUndefined();
    expect(sent[0]?.init.headers).not.toHaveProperty('Content-Type');
  });

  it('leaves out what is empty in the query and escapes the rest', () => {
    expect(queryString({ q: '挂号 a&b', cursor: undefined, category: '', limit: 20 })).toBe(
      '?q=%E6%8C%82%E5%8F%B7+a%26b&limit=20',
    );
    expect(queryString({})).toBe('');
  });
});

describe('a failure', () => {
  it('carries the slug, the detail and the members of the problem', async () => {
    network({ 'GET /x': problem(403, 'level-too-low', { loa: 3, request_id: 'r1', hop: 'gateway' }) });
    const error = await failureOf(request('GET', '/x'));
    expect(error).toBeInstanceOf(ApiProblem);
    expect([error.slug, error.status, error.detail]).toEqual(['level-too-low', 403, 'About level-too-low.']);
    expect([error.requestId, error.hop, error.members.loa]).toEqual(['r1', 'gateway', 3]);
  });

  it('knows how long to wait from the header', async () => {
    network({ 'GET /x': { ...problem(429, 'too-many-codes'), headers: { 'Retry-After': '42' } } });
    expect((await failureOf(request('GET', '/x'))).members.retry_after).toBe(42);
  });

  it.each([
    ['a page of a proxy', { status: 502, type: 'text/html', body: '<h1>Bad gateway' }],
    ['broken JSON', { status: 502, body: '{' }],
    ['JSON that is no object', { status: 502, body: 'null' }],
  ])('stands for %s by its status', async (_name, answered) => {
    network({ 'GET /x': answered });
    expect((await failureOf(request('GET', '/x'))).slug).toBe('http-502');
  });

  it('is offline when there is no answer', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const error = await failureOf(request('GET', '/x'));
    expect(isProblem(error, 'offline', 'timeout')).toBe(true);
    expect(error.status).toBe(0);
  });

  it('hands on the abort of the caller as it is', async () => {
    const mine = new AbortController();
    vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) => {
      mine.abort();
      return Promise.reject(signal?.reason);
    });
    expect(await failureOf(request('GET', '/x', { signal: mine.signal }))).not.toBeInstanceOf(ApiProblem);
  });
});

describe('without an answer in time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives up and says timeout', async () => {
    vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) => {
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    });
    const failed = failureOf(request('GET', '/x'));
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await failed).slug).toBe('timeout');
  });
});

describe('being signed out', () => {
  it('is told to the listener, but not where it is an ordinary answer', async () => {
    const listener = vi.fn();
    onSignedOut(listener);
    network({ 'GET /x': problem(401, 'session-missing') });
    await failureOf(request('GET', '/x', { anonymous: true }));
    expect(listener).not.toHaveBeenCalled();
    await failureOf(request('GET', '/x'));
    expect(listener).toHaveBeenCalledOnce();
  });

  it('is no news of who has signed in since the call was made', async () => {
    const listener = vi.fn();
    onSignedOut(listener);
    let come: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (come = resolve)));
    const asking = failureOf(request('GET', '/x'));
    arrived();
    come(answer(problem(401, 'session-ended')));
    expect((await asking).slug).toBe('session-ended');
    expect(listener).not.toHaveBeenCalled();
  });
});
