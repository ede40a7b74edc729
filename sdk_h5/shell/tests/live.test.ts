import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listLedger } from '@/api/ledger';
import { inbox, setUnread } from '@/state/inbox';
import { byDay, servicesIn } from '@/state/ledger';
import { listenLive } from '@/state/live';
import { titleFor } from '@/state/title';
import { network, notice, problem, text } from './stubs';

class FakeSource extends EventTarget {
  readyState: number = EventSource.OPEN;
  close = vi.fn();
  say = (event: string, data: unknown) =>
    this.dispatchEvent(new MessageEvent(event, { data: typeof data === 'string' ? data : JSON.stringify(data) }));
  fail() {
    this.readyState = EventSource.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

vi.stubGlobal('EventSource', { OPEN: 1, CLOSED: 2 });

function listen() {
  const sources: FakeSource[] = [];
  const heard = { notice: vi.fn(), unread: vi.fn(), signedOut: vi.fn() };
  const stop = listenLive(heard, () => {
    const source = new FakeSource();
    sources.push(source);
    return source as unknown as EventSource;
  });
  return { sources, heard, stop, source: sources[0] as FakeSource };
}

describe('the live stream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells notices, the unread count and the end of the session', () => {
    const { source, heard } = listen();
    source.say('notice', notice('n1'));
    source.say('unread', { count: 3 });
    source.say('signed-out', '');
    expect(heard.notice.mock.calls[0]?.[0].id).toBe('n1');
    expect(heard.unread).toHaveBeenCalledWith(3);
    expect(heard.signedOut).toHaveBeenCalledOnce();
  });

  it('survives a frame that cannot be read', () => {
    const { source, heard } = listen();
    source.say('notice', '{');
    source.say('unread', { count: 1 });
    expect(heard.notice).not.toHaveBeenCalled();
    expect(heard.unread).toHaveBeenCalledWith(1);
  });

  it('connects anew after a refusal that was not about the session', async () => {
    network({ 'GET /api/v1/account': { body: {} } });
    const { source, sources, heard } = listen();
    source.fail();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sources).toHaveLength(2);
    expect(heard.signedOut).not.toHaveBeenCalled();
  });

  it('says signed out when the refusal was about the session', async () => {
    network({ 'GET /api/v1/account': problem(401, 'session-missing') });
    const { source, sources, heard } = listen();
    source.fail();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(heard.signedOut).toHaveBeenCalledOnce();
    expect(sources).toHaveLength(1);
  });

  it('stays closed once stopped', async () => {
    network({ 'GET /api/v1/account': { body: {} } });
    const { source, sources, stop } = listen();
    source.fail();
    stop();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(sources).toHaveLength(1);
    expect(source.close).toHaveBeenCalled();
  });
});

describe('the title of the document', () => {
  it('names the page and counts the unread', () => {
    expect(titleFor('inbox', 0)).toBe('消息 · 一城通办');
    expect(titleFor('inbox', 2)).toBe('(2) 消息 · 一城通办');
    expect(titleFor('service', 0)).toBe('一城通办');
  });

  it('never counts below zero', () => {
    setUnread(-1);
    expect(inbox.unread).toBe(0);
  });
});

describe('the ledger', () => {
  const entry = (id: string, at: Date, service: string) => ({
    id,
    at: at.toISOString(),
    service: { id: service, name: text(service) },
    department: { id: 'd', name: text('d') },
    upstream: 'u',
    operation: 'o',
    action: 'read' as const,
    summary: null,
    scopes: [],
    outcome: 200,
    request_id: '',
    received: 0,
    sent: 1024,
  });
  const entries = [
    entry('3', new Date(2026, 4, 2, 0, 1), 'a'),
    entry('2', new Date(2026, 4, 1, 23, 59), 'b'),
    entry('1', new Date(2026, 4, 1, 8, 0), 'a'),
  ];

  it('is cut where the local day changes', () => {
    expect(byDay(entries).map((day) => day.entries.map((one) => one.id))).toEqual([['3'], ['2', '1']]);
    expect(byDay([])).toEqual([]);
  });

  it('is asked for by service and kind, and for the next page', async () => {
    const sent = network({ 'GET /api/v1/ledger': { body: { items: [], next: null } } });
    await listLedger({ service: '', action: '' });
    await listLedger({ service: 'booking', action: 'write' }, 'c');
    expect(sent.map((one) => one.url)).toEqual([
      '/api/v1/ledger?limit=30',
      '/api/v1/ledger?cursor=c&service=booking&action=write&limit=30',
    ]);
  });

  it('names each service once to filter by', () => {
    expect(servicesIn(entries).map((one) => one.id)).toEqual(['a', 'b']);
  });
});
