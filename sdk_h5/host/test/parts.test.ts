import type { Method } from '@onecity/sdk/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { METHODS, rowOf } from '../../sdk/src/methods.js';
import { createGate } from '../src/gate.js';
import { DEFAULT_LIMITS } from '../src/limits.js';
import { waitsForPerson } from '../src/prompts.js';
import { createQuotas, occupy } from '../src/quota.js';
import { serve } from '../src/serve.js';
import { createStay } from '../src/stay.js';

const SERVICE = 'http://service.localhost';

describe('the methods that wait for a person', () => {
  const overTheWire = Object.keys(METHODS).flatMap((name) => rowOf(name) ?? []);
  it.each(overTheWire.filter(({ wire }) => wire !== ''))('are those without a deadline in the SDK: $wire', (row) => {
    expect(waitsForPerson(row.wire as Method)).toBe(row.deadline === Number.POSITIVE_INFINITY);
  });
});

describe('what is left to a service', () => {
  const limits = { ...DEFAULT_LIMITS, burst: 3, perSecond: 0.001 };

  it('is the same whichever frame asks for it', () => {
    const quotas = createQuotas();
    const first = quotas('a', limits);
    expect([first.mayPass(), first.mayPass(), first.mayPass(), first.mayPass()]).toEqual([true, true, true, false]);
    expect(quotas('a', limits).mayPass()).toBe(false);
    expect(quotas('b', limits).mayPass()).toBe(true);
  });

  it('is forgotten of the longest unused of very many, but not while its work goes on', () => {
    const quotas = createQuotas(2);
    const busy = quotas('busy', limits);
    const release = occupy(busy);
    quotas('idle', limits).mayPass();
    quotas('new', limits);
    expect(quotas('busy', limits)).toBe(busy);
    release();
    release();
    expect(busy.inFlight).toBe(0);
    quotas('more', limits);
    quotas('most', limits);
    expect(quotas('busy', limits)).not.toBe(busy);
  });

  it('forgets somebody even when all are at work', () => {
    const quotas = createQuotas(1);
    const oldest = quotas('a', limits);
    occupy(oldest);
    occupy(quotas('b', limits));
    expect(quotas('a', limits)).not.toBe(oldest);
  });
});

describe('the document in the frame', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is still there at its own load, and has left at the next', () => {
    const stay = createStay();
    stay.greeted(false);
    expect([stay.leftAtLoad(), stay.leftAtLoad()]).toEqual([false, true]);
  });

  it('has left at any load a minute after its greeting', () => {
    const stay = createStay();
    stay.greeted(false);
    vi.advanceTimersByTime(60_001);
    expect(stay.leftAtLoad()).toBe(true);
  });

  it('may greet before the news of its own load came', () => {
    const stay = createStay();
    stay.greeted(true);
    vi.advanceTimersByTime(1_900);
    expect(stay.leftAtLoad()).toBe(false);
    stay.greeted(true);
    vi.advanceTimersByTime(2_001);
    expect(stay.leftAtLoad()).toBe(true);
  });
});

describe('the gate', () => {
  it('remembers a hundred nonces, and no more', () => {
    vi.useFakeTimers();
    const gate = createGate(SERVICE);
    const ask = (nonce: string) => gate({ data: { ns: 'onecity', v: 1, t: 'syn', nonce }, origin: SERVICE });
    for (let n = 0; n < 101; n += 1) {
      vi.advanceTimersByTime(1_000);
      expect(ask(`nonce-${n}`)).toMatchObject({ nonce: `nonce-${n}` });
    }
    vi.advanceTimersByTime(1_000);
    expect(ask('nonce-1')).toBeNull();
    expect(ask('nonce-0')).not.toBeNull();
    vi.useRealTimers();
  });

  it('answers a greeting that came too often once there is room', () => {
    vi.useFakeTimers();
    const gate = createGate(SERVICE);
    const ask = (nonce: string) => gate({ data: { ns: 'onecity', v: 1, t: 'syn', nonce }, origin: SERVICE });
    for (let n = 0; n < 10; n += 1) ask(`nonce-${n}`);
    expect(ask('honest')).toEqual({ reason: 'rate', origin: SERVICE });
    vi.advanceTimersByTime(1_000);
    expect(ask('honest')).toMatchObject({ nonce: 'honest' });
    vi.useRealTimers();
  });
});

describe('work that goes on after its caller left', () => {
  it('holds its place for half a minute more, and not for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { port1: far, port2: near } = new MessageChannel();
    const quota = createQuotas()('a', DEFAULT_LIMITS);
    const user = vi.fn(() => new Promise<never>(() => {}));
    const desk = { handlers: { user }, limits: DEFAULT_LIMITS, quota, isHidden: () => false };
    const conversation = serve(near, { ...desk, onError: () => {}, onGone: () => {} });
    far.postMessage({ i: 'a', m: 'user' });
    await vi.waitFor(() => expect(user).toHaveBeenCalledTimes(1));
    conversation.close('closed');
    vi.advanceTimersByTime(29_999);
    expect(quota.inFlight).toBe(1);
    vi.advanceTimersByTime(1);
    expect(quota.inFlight).toBe(0);
    far.close();
    vi.useRealTimers();
  });
});

describe('a message that cannot be read', () => {
  it('ends the conversation, so that the page is not left waiting', async () => {
    const { port1: far, port2: near } = new MessageChannel();
    const [onGone, got] = [vi.fn(), [] as unknown[]];
    far.onmessage = ({ data }) => got.push(data);
    const quota = createQuotas()('a', DEFAULT_LIMITS);
    serve(near, { handlers: {}, limits: DEFAULT_LIMITS, quota, isHidden: () => false, onError: () => {}, onGone });
    near.dispatchEvent(new MessageEvent('messageerror'));
    await vi.waitFor(() => expect(got).toEqual([{ ev: 'closed', p: { reason: 'unreadable' } }]));
    expect(onGone).toHaveBeenCalledTimes(1);
    far.close();
  });
});
