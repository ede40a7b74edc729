import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../src/progress.js';
import { counted } from '../src/progress.js';
import { upload } from '../src/upload.js';
import { door } from './door.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const ADDRESS = 'http://appointments.localhost:8000/svc/appointments/files';

/** A body that comes in pieces. */
function pieces(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

/** An XMLHttpRequest that the test drives; `sent` is the last one made. */
class FakeXHR {
  static sent: FakeXHR;
  opened: unknown[] = [];
  headers: Record<string, string> = {};
  body: unknown;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 200;
  statusText = 'OK';
  response: ArrayBuffer | null = null;
  open(...how: unknown[]): void {
    this.opened = how;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getAllResponseHeaders(): string {
    return 'content-type: application/problem+json\r\nx-request-id: req-1\r\n';
  }
  send(body: unknown): void {
    this.body = body;
    FakeXHR.sent = this;
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, text: string): void {
    this.status = status;
    this.response = new TextEncoder().encode(text).buffer as ArrayBuffer;
    this.onload?.();
  }
}

describe('the progress of an answer', () => {
  it('is told piece by piece, and the answer is as it was', async () => {
    const headers = { 'content-length': '5', 'x-request-id': 'req-1' };
    const told: Progress[] = [];
    const { call } = door(() => new Response(pieces('ab', 'cde'), { status: 201, headers }));
    const response = await call('appointments', '/export', { onProgress: (progress) => told.push(progress) });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-request-id')).toBe('req-1');
    await expect(response.text()).resolves.toBe('abcde');
    expect(told).toEqual([
      { loaded: 2, total: 5 },
      { loaded: 5, total: 5 },
    ]);
  });

  it('has no total where the body came compressed, and none at all without a body', async () => {
    const told: Progress[] = [];
    const headers = { 'content-length': '3', 'content-encoding': 'gzip' };
    await counted(new Response(pieces('abcde'), { headers }), (progress) => told.push(progress)).text();
    expect(told).toEqual([{ loaded: 5, total: undefined }]);
    const empty = new Response(null, { status: 204 });
    expect(counted(empty, () => {})).toBe(empty);
  });

  it('leaves the browser’s own answer alone when nobody asks', async () => {
    const own = new Response('fine');
    const { call } = door(() => own);
    await expect(call('appointments', '/sites')).resolves.toBe(own);
  });
});

describe('the progress of an upload', () => {
  it('is told while the body goes, and the answer is a Response', async () => {
    vi.stubGlobal('XMLHttpRequest', FakeXHR);
    const told: Progress[] = [];
    const { call } = door(() => expect.unreachable());
    const init = { method: 'PUT', body: 'abc', onUpload: (progress: Progress) => told.push(progress) };
    const answer = call('appointments', '/files', init);
    await vi.waitFor(() => expect(FakeXHR.sent).toBeDefined());
    const { sent } = FakeXHR;
    expect(sent.opened).toEqual(['PUT', ADDRESS]);
    expect(sent.headers).toMatchObject({ authorization: 'Bearer token-1' });
    await expect((sent.body as Blob).text()).resolves.toBe('abc');
    sent.upload.onprogress?.({ loaded: 3, total: 3 });
    sent.answer(201, '{"id":1}');
    await expect((await answer).json()).resolves.toEqual({ id: 1 });
    expect(told).toEqual([{ loaded: 3, total: 3 }]);
  });

  it('is refused as every call is', async () => {
    vi.stubGlobal('XMLHttpRequest', FakeXHR);
    const { call } = door(() => expect.unreachable());
    const before = FakeXHR.sent;
    const answer = call('appointments', '/files', { method: 'PUT', body: 'abc', onUpload: () => {} });
    await vi.waitFor(() => expect(FakeXHR.sent).not.toBe(before));
    FakeXHR.sent.answer(413, '{"type":"http://x/problems/too-large","detail":"D"}');
    await expect(answer).rejects.toMatchObject({ code: 'too-large', status: 413, reference: 'req-1' });
  });

  it('ends with the signal, and as NETWORK when nothing answers', async () => {
    vi.stubGlobal('XMLHttpRequest', FakeXHR);
    const stop = new AbortController();
    const request = new Request(ADDRESS, { method: 'POST', body: 'x', signal: stop.signal });
    const first = upload(request, () => {});
    const before = FakeXHR.sent;
    await vi.waitFor(() => expect(FakeXHR.sent).not.toBe(before));
    stop.abort('elsewhere');
    await expect(first).rejects.toBe('elsewhere');
    const { call } = door(() => expect.unreachable());
    const aborted = FakeXHR.sent;
    const outcome = call('appointments', '/files', { method: 'POST', body: 'x', onUpload: () => {} });
    await vi.waitFor(() => expect(FakeXHR.sent).not.toBe(aborted));
    FakeXHR.sent.onerror?.();
    await expect(outcome).rejects.toMatchObject({ code: 'NETWORK', retry: true });
  });
});
