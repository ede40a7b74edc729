import { describe, expect, it, vi } from 'vitest';
import { type Answer, door } from './door.js';

function problem(status: number, slug: string, more: object = {}): Response {
  const body = {
    type: `http://localhost:8000/problems/${slug}`,
    title: 'T',
    status,
    detail: 'D',
    request_id: 'req-1',
    ...more,
  };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}

/** A network that answers only by being given up. */
const never: Answer = (request) =>
  new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });

describe('a call to a department', () => {
  it('is a fetch through the door of this origin, with the token and without cookies', async () => {
    const { call, requests } = door(() => Response.json({ items: [] }));
    const response = await call('appointments', '/sites?district=huangpu');
    expect(await response.json()).toEqual({ items: [] });
    expect(requests[0]?.url).toBe('http://appointments.localhost:8000/svc/appointments/sites?district=huangpu');
    expect(requests[0]?.method).toBe('GET');
    expect(requests[0]?.credentials).toBe('omit');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('sends json as the body, by POST unless another method is given', async () => {
    const { call, requests } = door(() => new Response(null, { status: 201 }));
    await call('appointments', '/holds', { json: { slot: 's1' }, headers: { 'Idempotency-Key': 'k1' } });
    await call('appointments', '/holds', {
      json: null,
      method: 'PUT',
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    const [post, put] = requests;
    expect(post?.method).toBe('POST');
    expect(post?.headers.get('content-type')).toBe('application/json');
    expect(post?.headers.get('idempotency-key')).toBe('k1');
    expect(await post?.json()).toEqual({ slot: 's1' });
    expect(put?.method).toBe('PUT');
    expect(put?.headers.get('content-type')).toBe('application/merge-patch+json');
    expect(await put?.text()).toBe('null');
  });

  it('keeps its own credentials and token, whatever the caller gives', async () => {
    const { call, requests } = door(() => new Response());
    const init = { credentials: 'include', headers: { Authorization: 'Bearer stolen' } };
    await call('appointments', '/sites', init as RequestInit as Record<string, never>);
    expect(requests[0]?.credentials).toBe('omit');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('leaves no header of one call on the next', async () => {
    const { call, requests } = door(() => new Response());
    await call('appointments', '/a', { headers: { 'X-One': '1' } });
    await call('appointments', '/b');
    expect(requests[1]?.headers.get('x-one')).toBeNull();
  });

  it('asks nobody for a path that leads elsewhere', async () => {
    const { call, requests, tokens } = door(() => new Response());
    await expect(call('appointments', '/../queries/records')).rejects.toMatchObject({ code: 'INVALID_PATH' });
    expect(requests).toEqual([]);
    expect(tokens.get).not.toHaveBeenCalled();
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([{ json: cycle }, { body: 'x', method: 'GET' }, { headers: { 'bad header': 'x' } }, { method: 'TRACE' }])(
    'refuses options that make no request: %#',
    async (init) => {
      const { call, requests } = door(() => new Response());
      await expect(call('appointments', '/sites', init as RequestInit as Record<string, never>)).rejects.toMatchObject({
        name: 'CityError',
        code: 'INVALID_ARGUMENT',
      });
      expect(requests).toEqual([]);
    },
  );
});

describe('a refusal', () => {
  it('carries everything the problem says', async () => {
    const { call } = door(() => problem(409, 'slot-taken', { hop: 'upstream', tries_left: 2 }));
    await expect(call('appointments', '/holds', { json: {} })).rejects.toMatchObject({
      name: 'CityError',
      code: 'slot-taken',
      message: 'D',
      status: 409,
      retry: false,
      reference: 'req-1',
      hop: 'upstream',
      problem: { tries_left: 2, title: 'T' },
    });
  });

  it.each([408, 425, 429, 502, 503, 504])('with %i may be tried again', async (status) => {
    const { call } = door(() => problem(status, 'upstream-timeout', { hop: 'upstream' }));
    await expect(call('appointments', '/sites', { json: {} })).rejects.toMatchObject({ status, retry: true });
  });

  it.each([400, 401, 403, 404, 409, 422, 500])('with %i is final', async (status) => {
    const { call } = door(() => problem(status, 'whatever'));
    await expect(call('appointments', '/sites')).rejects.toMatchObject({ status, retry: false });
  });

  it.each<[string, () => Response]>([
    ['a page', () => new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['broken JSON', () => new Response('{"type":', { status: 502, headers: { 'content-type': 'application/json' } })],
    ['a JSON text', () => Response.json('no', { status: 502 })],
    ['nothing', () => new Response(null, { status: 502 })],
    ['about:blank', () => Response.json({ type: 'about:blank' }, { status: 502 })],
    [
      'members of the wrong kind',
      () => Response.json({ type: 5, detail: {}, hop: 'moon', request_id: [] }, { status: 502 }),
    ],
  ])('that is %s is an error all the same', async (_, make) => {
    const { call } = door(() => {
      const response = make();
      response.headers.set('x-request-id', 'req-2');
      return response;
    });
    const error = await call('appointments', '/sites', { json: {} }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'http-502', status: 502, retry: true, reference: 'req-2', hop: undefined });
    expect((error as Error).message).toContain('502');
  });

  it('is NETWORK, and may be tried again, when nothing answers', async () => {
    const { call } = door(() => Promise.reject(new TypeError('Failed to fetch')));
    const outcome = call('appointments', '/sites', { json: {} });
    await expect(outcome).rejects.toMatchObject({ code: 'NETWORK', retry: true, hop: 'client' });
  });
});

describe('a stale token', () => {
  it.each(['token-expired', 'token-invalid'])('is renewed and the call made once more after %s', async (slug) => {
    const { call, requests } = door((_, nth) => (nth === 1 ? problem(401, slug) : new Response('fine')));
    const response = await call('appointments', '/holds', { json: { slot: 's1' } });
    expect(await response.text()).toBe('fine');
    expect(requests.map((request) => request.headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(await requests[1]?.json()).toEqual({ slot: 's1' });
  });

  it('is renewed once only', async () => {
    const { call, requests } = door(() => problem(401, 'token-expired'));
    await expect(call('appointments', '/sites')).rejects.toMatchObject({ code: 'token-expired', status: 401 });
    expect(requests).toHaveLength(2);
  });

  it.each(['session-ended', 'token-missing', 'consent-needed'])('is not what %s means', async (slug) => {
    const { call, requests } = door(() => problem(401, slug));
    await expect(call('appointments', '/sites')).rejects.toMatchObject({ code: slug });
    expect(requests).toHaveLength(1);
  });

  it('does not resend a stream', async () => {
    const { call, requests } = door(() => problem(401, 'token-expired'));
    const init = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' };
    await expect(call('appointments', '/files', init)).rejects.toMatchObject({ code: 'token-expired' });
    expect(requests).toHaveLength(1);
  });
});

describe('a call nobody waits for', () => {
  it('ends at its deadline and gives up the request', async () => {
    const { call, requests } = door(never);
    await expect(call('appointments', '/sites', { deadline: 30 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      retry: true,
    });
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('ends after thirty seconds when no deadline is given', async () => {
    vi.useFakeTimers();
    try {
      const { call } = door(never);
      const outcome = expect(call('appointments', '/sites')).rejects.toMatchObject({ code: 'TIMEOUT' });
      await vi.advanceTimersByTimeAsync(30_000);
      await outcome;
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends when the caller gives up', async () => {
    const { call, requests } = door(never);
    const stop = new AbortController();
    const outcome = call('appointments', '/sites', { signal: stop.signal });
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    stop.abort('elsewhere');
    await expect(outcome).rejects.toMatchObject({ name: 'CityError', code: 'ABORTED', cause: 'elsewhere' });
    expect(requests[0]?.signal.reason).toBe('elsewhere');
  });

  it('is never made for a caller who has given up already', async () => {
    const { call, requests } = door(() => new Response());
    await expect(call('appointments', '/sites', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(requests).toEqual([]);
  });

  it('still listens to its caller while the body arrives', async () => {
    const { call, requests } = door(() => new Response('slow'));
    const stop = new AbortController();
    await call('appointments', '/export', { signal: stop.signal });
    stop.abort();
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('ends when the body of the refusal never comes', async () => {
    const { call } = door(() => {
      const body = new ReadableStream({ start: () => {} });
      return new Response(body, { status: 502, headers: { 'content-type': 'application/problem+json' } });
    });
    await expect(call('appointments', '/sites', { deadline: 30 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
