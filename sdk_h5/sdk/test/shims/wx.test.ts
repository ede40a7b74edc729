import { Window as DOM } from 'happy-dom';
import { describe, expect, it, vi } from 'vitest';
import type { Answer, Options } from '../../shims/callbacks.js';
import { createWx } from '../../shims/wx.js';
import { type Answers, cityOf, Reader, refused } from './cities.js';

const AT = { latitude: 31.1774276, longitude: 121.5272106, accuracy: 20, at: '2026-11-26T08:00:00Z' };

function wxOn(answers: Answers) {
  const window = new DOM({ url: 'https://queries.city.example/fund.html' }) as unknown as Window;
  window.document.title = '公积金查询';
  const { city, done } = cityOf(answers);
  return { wx: createWx(city, window), done, window };
}

type Outcome = [kind: 'success' | 'fail' | 'cancel', answer: Answer];

/** Calls a function as old pages do; the outcome is what its callbacks heard, and `complete` heard the same. */
function called(call: (options: Options) => void, options: object = {}): Promise<Outcome> {
  const heard: Outcome[] = [];
  const listen = (kind: Outcome[0]) => (answer: Answer) => heard.push([kind, answer]);
  return new Promise((resolve, reject) => {
    call({
      ...options,
      success: listen('success'),
      fail: listen('fail'),
      cancel: listen('cancel'),
      complete(answer) {
        const [only, more] = heard;
        if (only?.[1] === answer && !more) resolve(only);
        else reject(new Error('complete and the others heard different things'));
      },
    });
    if (heard.length > 0) reject(new Error('a callback was called before the function came back'));
  });
}

describe('a configuration', () => {
  it('is ready when the city is, whether ready was asked for before or after', async () => {
    const { wx } = wxOn({ ready: {} });
    const [before, after, error] = [vi.fn(), vi.fn(), vi.fn()];
    wx.ready(before);
    wx.error(error);
    wx.config?.({ appId: 'wx1', jsApiList: ['scanQRCode'] });
    wx.ready(after);
    await vi.waitFor(() => expect(after).toHaveBeenCalledTimes(1));
    expect(before).toHaveBeenCalledTimes(1);
    expect(error).not.toHaveBeenCalled();
  });

  it('fails outside the app, in WeChat’s words', async () => {
    const { wx } = wxOn({ ready: refused('NOT_IN_HOST', 'Not in the app.') });
    const [ready, error] = [vi.fn(), vi.fn()];
    wx.config?.();
    wx.ready(ready);
    wx.error(error);
    await vi.waitFor(() => expect(error).toHaveBeenCalledWith({ errMsg: 'config:fail Not in the app.' }));
    expect(ready).not.toHaveBeenCalled();
  });

  it('may come again for another address, as WeChat wants it', async () => {
    const { wx, done } = wxOn({ ready: {} });
    const ready = vi.fn();
    wx.config?.();
    wx.config?.();
    wx.ready(ready);
    await vi.waitFor(() => expect(ready).toHaveBeenCalledTimes(1));
    expect(done.map(({ name }) => name)).toEqual(['ready', 'ready']);
  });

  it('tells what works here', async () => {
    const { wx } = wxOn({ ready: {}, scan: null });
    wx.config?.();
    const jsApiList = ['scanQRCode', 'getLocation', 'previewImage', 'openLocation', 'noSuchThing', '__proto__'];
    const outcome = await called((options) => wx.checkJsApi?.(options), { jsApiList });
    const checkResult = { ...Object.fromEntries(jsApiList.slice(0, 5).map((name) => [name, false])) };
    Object.assign(checkResult, { scanQRCode: true, previewImage: true });
    expect(outcome).toMatchObject(['success', { errMsg: 'checkJsApi:ok', checkResult }]);
  });
});

describe('each function', () => {
  it.each<[string, object, Answers, Outcome]>([
    [
      'scanQRCode',
      { needResult: 1 },
      { scan: { text: 'c1' } },
      ['success', { errMsg: 'scanQRCode:ok', resultStr: 'c1' }],
    ],
    ['scanQRCode', {}, { scan: null }, ['cancel', { errMsg: 'scanQRCode:cancel' }]],
    ['scanQRCode', {}, {}, ['fail', { errMsg: 'scanQRCode:fail This app has no scan.', code: 'UNSUPPORTED' }]],
    [
      'getLocation',
      { type: 'wgs84' },
      { location: AT },
      ['success', { errMsg: 'getLocation:ok', latitude: 31.1774276, longitude: 121.5272106, accuracy: 20, speed: 0 }],
    ],
    [
      'getLocation',
      {},
      { location: refused('location-denied', 'no') },
      ['fail', { errMsg: 'getLocation:fail no', code: 'location-denied' }],
    ],
    ['closeWindow', {}, { 'ui.close': undefined }, ['success', { errMsg: 'closeWindow:ok' }]],
    [
      'chooseWXPay',
      { timestamp: 1, package: 'prepay_id=1', paySign: 's' },
      { 'intents.pay': { intent: 'i1', provider: 'pay', result: { paid: true }, token: 't' } },
      ['success', { errMsg: 'chooseWXPay:ok', intent: 'i1', provider: 'pay', result: { paid: true }, token: 't' }],
    ],
    ['chooseWXPay', {}, { 'intents.pay': null }, ['cancel', { errMsg: 'chooseWXPay:cancel' }]],
    ['chooseImage', { count: 1 }, { pickFile: [] }, ['cancel', { errMsg: 'chooseImage:cancel' }]],
    ['chooseImage', { sourceType: ['camera'] }, { takePhoto: null }, ['cancel', { errMsg: 'chooseImage:cancel' }]],
    [
      'getLocalImgData',
      { localId: 'blob:none' },
      {},
      ['fail', { errMsg: 'getLocalImgData:fail no such picture', code: undefined }],
    ],
    ['openLocation', {}, {}, ['fail', { errMsg: 'openLocation:fail not supported here', code: undefined }]],
    ['hideOptionMenu', {}, {}, ['fail', { errMsg: 'hideOptionMenu:fail not supported here', code: undefined }]],
    ['getNetworkType', {}, {}, ['success', { errMsg: 'getNetworkType:ok', networkType: 'unknown' }]],
  ])('%s with %j, when the city answers %j', async (name, options, answers, outcome) => {
    const { wx } = wxOn(answers);
    await expect(called((given) => wx[name]?.(given), options)).resolves.toEqual(outcome);
  });

  it('shifts the location for the maps of the country', async () => {
    const { wx } = wxOn({ location: AT });
    const [, at] = await called((options) => wx.getLocation?.(options), { type: 'gcj02' });
    expect(at.latitude).toBeCloseTo(31.17530398364597, 6);
    expect(at.longitude).toBeCloseTo(121.531541859215, 6);
  });

  it('may be called without anything, and throws nothing', () => {
    const { wx } = wxOn({});
    const names = Object.keys(wx).filter((name) => !['ready', 'error', 'onecity'].includes(name));
    for (const name of names) expect(() => wx[name]?.()).not.toThrow();
    expect(names.length).toBeGreaterThan(40);
  });

  it('gives pictures as addresses to show, and as data', async () => {
    const file = new File(['png'], 'a.png', { type: 'image/png' });
    vi.stubGlobal('FileReader', Reader);
    const { wx, done } = wxOn({ pickFile: [file, file, file] });
    const [, chosen] = await called((options) => wx.chooseImage?.(options), { count: 2 });
    expect(chosen.localIds).toHaveLength(2);
    expect(done).toEqual([{ name: 'pickFile', given: [{ accept: 'image/*', multiple: true }] }]);
    const localId = (chosen.localIds as string[])[0];
    expect(localId).toMatch(/^blob:/);
    const [, read] = await called((options) => wx.getLocalImgData?.(options), { localId });
    expect(read.localData).toMatch(/^data:image\/png;base64,/);
    vi.unstubAllGlobals();
  });

  it('shows pictures over the page, one after the other', async () => {
    const { wx, window } = wxOn({});
    const urls = ['https://queries.city.example/1.png', 'https://queries.city.example/2.png'];
    await called((options) => wx.previewImage?.(options), { current: urls[1], urls });
    const [dialog, image] = ['dialog', 'img'].map((tag) => window.document.querySelector(tag) as HTMLElement);
    expect([dialog?.hasAttribute('open'), image?.getAttribute('src')]).toEqual([true, urls[1]]);
    image?.click();
    expect(image?.getAttribute('src')).toBe(urls[0]);
    (window.document.querySelector('button') as HTMLElement).click();
    expect(window.document.querySelector('dialog')).toBeNull();
  });
});

describe('sharing', () => {
  const CARD = { title: '我的公积金', desc: '查一查', link: 'https://queries.city.example/fund.html#2026', imgUrl: '' };

  it.each(['updateAppMessageShareData', 'onMenuShareTimeline'])(
    '%s keeps the card for the page’s own button',
    async (name) => {
      const { wx, done } = wxOn({ share: { shared: true } });
      await expect(called((options) => wx[name]?.(options), CARD)).resolves.toEqual([
        'success',
        { errMsg: `${name}:ok` },
      ]);
      expect(done).toEqual([]);
      await expect(wx.onecity.share()).resolves.toEqual({ shared: true });
      const card = { title: '我的公积金', text: '查一查', path: '/fund.html#2026' };
      expect(done).toEqual([{ name: 'share', given: [card] }]);
    },
  );

  it('takes the page itself where no card was set, and no path of another place', async () => {
    const { wx, done } = wxOn({ share: { shared: false } });
    await wx.onecity.share();
    await called((options) => wx.updateAppMessageShareData?.(options), { ...CARD, link: 'https://evil.example/x' });
    await wx.onecity.share();
    expect(done.map(({ given }) => given[0])).toEqual([
      { title: '公积金查询', path: '/fund.html' },
      { title: '我的公积金', text: '查一查' },
    ]);
  });
});
