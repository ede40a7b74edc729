import { Window as DOM } from 'happy-dom';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMgop } from '../../shims/mgop.js';
import { createBridge } from '../../shims/zwjs.js';
import { type Answers, cityOf, Reader, refused } from './cities.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

function bridgeOn(answers: Answers) {
  const window = new DOM({ url: 'https://queries.city.example/fund.html' }) as unknown as Window;
  vi.stubGlobal('document', window.document);
  const { city, done } = cityOf(answers);
  return { bridge: createBridge(city, createMgop(city), window), done, window };
}

describe('ZWJSBridge', () => {
  it.each([{ ready: {} }, { ready: refused('NOT_IN_HOST', 'Not in the app.') }])(
    'is ready to be called, in the app and outside: %j',
    async (answers) => {
      const ready = vi.fn();
      bridgeOn(answers).bridge.onReady(ready);
      await vi.waitFor(() => expect(ready).toHaveBeenCalledExactlyOnceWith());
    },
  );

  it.each<[string, object | undefined, Answers, unknown]>([
    ['getUiStyle', undefined, { ready: { elder: true } }, { uiStyle: 'elder' }],
    ['getUiStyle', {}, { ready: { elder: false } }, { uiStyle: 'normal' }],
    ['setTitle', { title: '公积金' }, { 'ui.title': undefined }, { result: 'true' }],
    ['close', undefined, { 'ui.close': undefined }, { result: 'true' }],
    ['scan', { type: 'qrCode' }, { scan: { text: 'c1' } }, { text: 'c1' }],
    ['phoneCall', { corpId: '12345' }, { phone: { called: true } }, { called: true }],
    ['toast', { type: 'success', message: '已保存' }, { 'ui.toast': undefined }, { result: 'true' }],
    ['alert', { title: '提示', message: '请核对', buttonName: '好' }, { 'ui.confirm': false }, { result: 'true' }],
    ['confirm', { message: '提交？', buttonLabels: ['提交', '取消'] }, { 'ui.confirm': true }, { buttonIndex: 0 }],
    ['confirm', { message: '提交？', buttonLabels: ['提交', '取消'] }, { 'ui.confirm': false }, { buttonIndex: 1 }],
    ['confirm', { title: '怎样？', buttonLabels: ['一', '二', '三'] }, { 'ui.sheet': '2' }, { buttonIndex: 2 }],
    [
      'actionSheet',
      { title: '怎样？', otherButtons: ['一', '二'] },
      { 'ui.sheet': '1' },
      { buttonIndex: 1, value: '二' },
    ],
    ['actionSheet', { title: '怎样？', otherButtons: ['一'] }, { 'ui.sheet': null }, { buttonIndex: -1, value: '' }],
    ['showPreloader', { text: '请稍候' }, { 'ui.loading': undefined }, { result: 'true' }],
    ['hidePreloader', undefined, { 'ui.loading': undefined }, { result: 'true' }],
    ['ssoTicket', {}, { token: { token: 'jwt', expires_in: 60 } }, { result: true, ticketId: 'jwt' }],
    ['getAccessToken', {}, { token: { token: 'jwt', expires_in: 60 } }, { accessToken: 'jwt' }],
    ['getUserType', {}, { user: { sub: 's', loa: 2 } }, { userType: '1' }],
    ['getUserType', {}, { user: { actingFor: { kind: 'legal-person' } } }, { userType: '2' }],
    ['getLocalStorage', { key: 'draft' }, { 'storage.get': 'x' }, { result: 'x', draft: 'x' }],
    ['setLocalStorage', { key: 'draft', value: 'x' }, { 'storage.set': undefined }, { result: 'true' }],
    ['removeLocalStorage', { key: 'draft' }, { 'storage.remove': undefined }, { result: 'true' }],
    ['share', { url: 'https://queries.city.example/a', title: '看' }, { share: { shared: true } }, { result: 'true' }],
    ['pay', { platform: 1, credential: 'o1' }, { 'intents.pay': { token: 't' } }, { token: 't' }],
    ['monitorTrace', { monitorType: 'click' }, {}, { result: 'true' }],
    ['getNetworkType', {}, {}, { result: 'unknown' }],
  ])('%s with %j, when the city answers %j, gives %j', async (name, given, answers, result) => {
    await expect(bridgeOn(answers).bridge[name]?.(given)).resolves.toEqual(result);
  });

  it.each<[string, object, Answers, object]>([
    ['scan', {}, { scan: null }, { errorCode: -1 }],
    [
      'scan',
      {},
      { scan: refused('camera-denied', 'no camera') },
      { errorCode: 1002, errorMessage: 'no camera', code: 'camera-denied' },
    ],
    ['getLocation', {}, { location: refused('location-unavailable', 'nowhere') }, { errorCode: 1002 }],
    ['getLocation', {}, { location: refused('location-denied', 'no') }, { errorCode: 1001 }],
    ['phoneCall', {}, { phone: refused('HOST_GONE', 'gone') }, { errorCode: 5 }],
    ['pay', {}, { 'intents.pay': null }, { errorCode: 6001 }],
    ['share', { url: '' }, { share: { shared: false } }, { errorCode: -1 }],
    ['chooseImage', { upload: true }, {}, { errorCode: 1004 }],
    ['chooseImage', {}, { pickFile: [] }, { errorCode: -1 }],
    ['saveImage', { url: 'x' }, {}, { errorCode: 1000, code: 'UNSUPPORTED' }],
    ['openLink', { url: 'https://elsewhere.example/' }, {}, { errorCode: 1002 }],
    ['openLink', { url: '/.//elsewhere.example/' }, {}, { errorCode: 1002 }],
  ])('%s with %j, when the city answers %j, is refused with %j', async (name, given, answers, refusal) => {
    await expect(bridgeOn(answers).bridge[name]?.(given)).rejects.toMatchObject(refusal);
  });

  it('asks the city with the words that the page gave', async () => {
    const { bridge, done } = bridgeOn({ 'ui.confirm': true, 'ui.loading': undefined });
    await bridge.confirm?.({ title: '删除', message: '不能恢复', buttonLabels: ['删除', '留着'] });
    await bridge.alert?.({ message: '请核对' });
    await bridge.showPreloader?.({ text: '请稍候' });
    await bridge.hidePreloader?.();
    expect(done.map(({ given }) => given)).toEqual([
      [{ title: '删除', message: '不能恢复', ok: '删除', cancel: '留着' }],
      [{ title: '请核对' }],
      [true, '请稍候'],
      [false],
    ]);
  });

  it('opens pages of its own service, and other services of the city', async () => {
    const { bridge, done, window } = bridgeOn({ open: undefined });
    const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {});
    await bridge.openLink?.({ url: '/list.html?p=2' });
    await bridge.openLink?.({ url: 'https://appointments.city.example/sites' });
    expect(assign).toHaveBeenCalledExactlyOnceWith('/list.html?p=2');
    expect(done).toEqual([{ name: 'open', given: ['appointments', '/sites'] }]);
  });

  it('gives pictures as data', async () => {
    vi.stubGlobal('FileReader', Reader);
    const { bridge } = bridgeOn({ pickFile: [new File(['png'], 'a.png', { type: 'image/png' })] });
    const picSrc = [`data:image/png;base64,${btoa('png')}`];
    await expect(bridge.chooseImage?.({ upload: false })).resolves.toMatchObject({ result: true, picSrc });
  });

  it('tells callbacks too, where a page has them', async () => {
    const { bridge } = bridgeOn({ scan: { text: 'c1' } });
    const [onSuccess, onFail] = [vi.fn(), vi.fn()];
    bridge.scan?.({ onSuccess, onFail });
    bridge.saveImage?.({ onFail });
    await vi.waitFor(() => expect(onFail).toHaveBeenCalledTimes(1));
    expect(onSuccess).toHaveBeenCalledExactlyOnceWith({ text: 'c1' });
  });
});
