import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAll, define, enter, filming, furnished, until } from './room.js';

afterEach(closeAll);

const named = (name: string): Error => Object.assign(new Error(name), { name });

describe('sharing', () => {
  it('goes through the device’s own sheet, with a link into the app', async () => {
    const share = vi.fn(async () => {});
    const { ask } = await enter(furnished({ navigator: { share } }));
    await expect(ask('share', { title: '公积金', text: '看看', path: '/fund.html' })).resolves.toEqual({
      shared: true,
    });
    const url = 'https://city.example/s/queries?path=%2Ffund.html';
    expect(share).toHaveBeenCalledExactlyOnceWith({ title: '公积金', text: '看看', url });
  });

  it('was not done when the resident left the sheet', async () => {
    const share = async () => Promise.reject(named('AbortError'));
    const { ask } = await enter(furnished({ navigator: { share } }));
    await expect(ask('share', { title: '公积金' })).resolves.toEqual({ shared: false });
  });

  it.each([
    ['there is no sheet', undefined],
    ['the browser wants a tap first', async () => Promise.reject(named('NotAllowedError'))],
  ])('copies the link and says so when %s', async (_, share) => {
    const writeText = vi.fn(async () => {});
    const it = furnished({ place: null, navigator: { share, clipboard: { writeText } } });
    if (!share) delete (it.here.navigator as { share?: unknown }).share;
    const { ask } = await enter(it);
    await expect(ask('share', { title: '公积金', path: '/fund.html' })).resolves.toEqual({ shared: true });
    expect(writeText).toHaveBeenCalledExactlyOnceWith('https://queries.city.example/fund.html');
    expect(it.drawn().textContent).toBe('链接已复制，可粘贴发送');
  });

  it('says that nothing was shared where the browser forbids the clipboard too', async () => {
    const [share, writeText] = [
      async () => Promise.reject(named('NotAllowedError')),
      async () => Promise.reject(named('x')),
    ];
    const { ask } = await enter(furnished({ navigator: { share, clipboard: { writeText } } }));
    await expect(ask('share', { title: '公积金' })).rejects.toMatchObject({ code: 'share-unavailable', retry: true });
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example'])('leads nowhere else: %s', async (path) => {
    const { ask } = await enter(furnished());
    await expect(ask('share', { title: '公积金', path })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the location', () => {
  it('comes in degrees, with its accuracy and its time', async () => {
    const { ask } = await enter(furnished());
    const position = { latitude: 31.23, longitude: 121.47, accuracy: 20, at: '2026-11-26T00:00:00.000Z' };
    await expect(ask('location')).resolves.toEqual(position);
  });

  it.each([true, false])('is as precise as asked: %s', async (precise) => {
    const getCurrentPosition = vi.fn();
    const { ask } = await enter(furnished({ navigator: { geolocation: { getCurrentPosition } } }));
    ask('location', { precise });
    const options = await until(() => getCurrentPosition.mock.calls[0]?.[2]);
    expect(options).toMatchObject({ enableHighAccuracy: precise });
  });

  it.each([
    [1, 'location-denied', false],
    [2, 'location-unavailable', true],
    [3, 'location-unavailable', true],
  ])('refused with %i is %s', async (code, name, retry) => {
    const getCurrentPosition = (_: unknown, fail: (error: object) => void) => fail({ code });
    const { ask } = await enter(furnished({ navigator: { geolocation: { getCurrentPosition } } }));
    await expect(ask('location')).rejects.toMatchObject({ code: name, retry });
  });

  it('is not offered where the policy of the page withholds it', async () => {
    const it = furnished();
    define(it.here.document, { featurePolicy: { allowsFeature: (name: string) => name !== 'geolocation' } });
    const { ack } = await enter(it);
    expect(ack.caps).not.toContain('location');
    expect(ack.caps).toContain('scan');
  });
});

describe('scanning', () => {
  /** A browser with a camera, and how often that was given back. */
  const withCamera = (window?: object) => {
    const stop = vi.fn();
    const it = furnished({ window: window ?? {} });
    define(it.here.navigator, { mediaDevices: { getUserMedia: async () => filming(it, stop) } });
    return { it, stop };
  };
  class SeesNothing {
    detect = async () => [];
  }

  it('gives the text of the first code in sight, and the camera back', async () => {
    const { it, stop } = withCamera();
    const { ask } = await enter(it);
    await expect(ask('scan')).resolves.toEqual({ text: 'https://city.example/c/1' });
    expect(stop).toHaveBeenCalledTimes(1);
    expect(it.drawn().querySelector('dialog')).toBeNull();
  });

  it('is left by the resident', async () => {
    const { it, stop } = withCamera({ BarcodeDetector: SeesNothing });
    const { ask } = await enter(it);
    const answer = ask('scan');
    const button = await until(() => it.drawn().querySelector('button'));
    button.click();
    await expect(answer).resolves.toBeNull();
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('ends when the page is hidden: nobody films from a pocket', async () => {
    const { it, stop } = withCamera({ BarcodeDetector: SeesNothing });
    const { ask } = await enter(it);
    const answer = ask('scan');
    await until(() => it.drawn().querySelector('dialog'));
    it.here.document.dispatchEvent(new it.here.Event('visibilitychange'));
    await expect(answer).rejects.toMatchObject({ code: 'HIDDEN', retry: true });
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('says that the camera is not allowed', async () => {
    const getUserMedia = async () => Promise.reject(named('NotAllowedError'));
    const { ask } = await enter(furnished({ navigator: { mediaDevices: { getUserMedia } } }));
    await expect(ask('scan')).rejects.toMatchObject({ code: 'camera-denied' });
  });
});

describe('storage without a resident', () => {
  it('keeps values in the tab, under names of its own', async () => {
    const it = furnished();
    it.here.sessionStorage.setItem('theirs', '1');
    const { ask } = await enter(it);
    await ask('storage.set', { key: 'draft', value: { name: '张三', lines: [1, 2] } });
    await ask('storage.set', { key: 'none', value: 1 });
    await ask('storage.set', { key: 'none', value: null });
    await expect(ask('storage.get', { key: 'draft' })).resolves.toEqual({ name: '张三', lines: [1, 2] });
    await expect(ask('storage.get', { key: 'none' })).resolves.toBeNull();
    await expect(ask('storage.keys')).resolves.toEqual(['draft']);
    expect(it.here.sessionStorage.getItem('theirs')).toBe('1');
    expect(it.here.localStorage).toHaveLength(0);
  });

  it.each([
    ['a value that is too large', () => {}],
    [
      'a browser that is full',
      () => {
        throw named('QuotaExceededError');
      },
    ],
  ])('refuses %s', async (title, setItem) => {
    const it = furnished({ window: { sessionStorage: { getItem: () => null, setItem } } });
    const value = title.includes('large') ? '字'.repeat(349_526) : 'x';
    const { ask } = await enter(it);
    await expect(ask('storage.set', { key: 'draft', value })).rejects.toMatchObject({ code: 'storage-full' });
  });

  it.each(['', 'x'.repeat(129), 5, '..'])('refuses the key %s', async (key) => {
    const { ask } = await enter(furnished());
    await expect(ask('storage.get', { key })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is not offered by a browser that keeps nothing', async () => {
    const it = furnished();
    Object.defineProperty(it.here, 'sessionStorage', {
      get: () => {
        throw named('SecurityError');
      },
    });
    expect((await enter(it)).ack.caps).not.toContain('storage.get');
  });
});
