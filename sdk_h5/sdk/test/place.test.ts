import { afterEach, describe, expect, it, vi } from 'vitest';
import { newIdentifier } from '../src/identifier.js';
import { browser } from '../src/place.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A window with `parent` above it; none given means a window of its own. */
function inWindow(parent?: object): void {
  const here = Object.assign(new EventTarget(), { location: { origin: 'http://appointments.localhost:8000' } });
  vi.stubGlobal('window', Object.assign(here, { parent: parent ?? here }));
}

describe('where the SDK runs', () => {
  it('has the parent of a frame for its host', () => {
    const parent = { postMessage: () => {} };
    inWindow(parent);
    expect(browser()).toMatchObject({ parent, origin: 'http://appointments.localhost:8000', self: window });
  });

  it('has no host in a window of its own, nor without a window', () => {
    inWindow();
    expect(browser().parent).toBeNull();
    vi.unstubAllGlobals();
    expect(browser().parent).toBeNull();
  });

  it('fetches by the fetch of the page, as it is at that time', async () => {
    const place = browser();
    const fetch = vi.fn(async () => new Response('fine'));
    vi.stubGlobal('fetch', fetch);
    const request = new Request('http://appointments.localhost:8000/svc/appointments/sites');
    await expect(place.fetch(request)).resolves.toBeInstanceOf(Response);
    expect(fetch).toHaveBeenCalledExactlyOnceWith(request);
  });

  it('reports an exception where the page hears of it, not where it was thrown', () => {
    const later: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => later.push(task));
    browser().report(new Error('mine'));
    expect(later[0]).toThrow('mine');
  });
});

describe('an identifier', () => {
  it('comes from a cryptographic source also where there is no randomUUID', () => {
    const values = vi.fn((array: Uint32Array) => array.fill(7));
    vi.stubGlobal('crypto', { getRandomValues: values });
    expect(newIdentifier()).toBe('7-7-7-7');
    expect(values).toHaveBeenCalledTimes(1);
  });
});
