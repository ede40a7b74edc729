import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { carry } from '@/queue/carrier';
import { detail } from './stubs';

/** A document that puts frames nowhere: nothing is to be loaded. */
const frames: HTMLIFrameElement[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document.body, 'append').mockImplementation((frame) => void frames.push(frame as HTMLIFrameElement));
});
afterEach(() => {
  frames.length = 0;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const start = (signal = new AbortController().signal) => carry(detail('parks'), {}, signal);

describe('the carrier', () => {
  it('is the service’s own page, out of sight, and may do no more than run', async () => {
    void start().catch(() => undefined);
    const [frame] = frames;
    expect(frame?.src).toBe('http://parks.localhost:8000/sdk/v1/carrier.html');
    expect(frame?.getAttribute('sandbox')).toBe('allow-scripts allow-same-origin');
    expect([frame?.style.visibility, frame?.getAttribute('aria-hidden'), frame?.tabIndex]).toEqual([
      'hidden',
      'true',
      -1,
    ]);
  });

  it('that does not come in twenty seconds is given up', async () => {
    const carried = expect(start()).rejects.toThrow('late');
    const gone = vi.spyOn(frames[0] as HTMLIFrameElement, 'remove');
    await vi.advanceTimersByTimeAsync(20_000);
    await carried;
    expect(gone).toHaveBeenCalledOnce();
  });

  it('goes at once when nobody is signed in any more', async () => {
    const stop = new AbortController();
    const carried = expect(start(stop.signal)).rejects.toThrow('stopped');
    stop.abort();
    await carried;
    expect(vi.getTimerCount()).toBe(0);
  });
});
