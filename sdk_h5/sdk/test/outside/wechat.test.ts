import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WeChatScript, weChatDouble } from '../../src/outside/doubles/wechat.js';
import { closeAll, enter, furnished, room, until } from './room.js';

afterEach(closeAll);

const AGENT = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile MicroMessenger/8.0.49';
const ALL: WeChatScript = {
  scanQRCode: { success: { resultStr: 'https://city.example/c/1' } },
  getLocation: { success: { latitude: '31.23', longitude: '121.47', accuracy: '30' } },
  closeWindow: { success: {} },
  updateAppMessageShareData: { success: {} },
  updateTimelineShareData: { success: {} },
};

function inWeChat(script: WeChatScript, options?: { granted: boolean }) {
  const double = weChatDouble(script, options);
  return { ...double, it: room({ agent: AGENT, window: { wx: double.wx } }) };
}

describe('in WeChat', () => {
  it('scans with WeChat’s own scanner', async () => {
    const { it, calls } = inWeChat(ALL);
    const { ask, ack } = await enter(it);
    await expect(ask('scan')).resolves.toEqual({ text: 'https://city.example/c/1' });
    expect(calls).toMatchObject([{ name: 'scanQRCode', options: { needResult: 1, scanType: ['qrCode', 'barCode'] } }]);
    expect(ack.context.host.name).toBe('wechat');
  });

  it.each([
    ['CODE_128,6901234567892', '6901234567892'],
    ['EAN_13,6901234567892', '6901234567892'],
    ['a,b', 'a,b'],
  ])('reads the bar code %s as %s', async (resultStr, text) => {
    const { it } = inWeChat({ ...ALL, scanQRCode: { success: { resultStr } } });
    const { ask } = await enter(it);
    await expect(ask('scan')).resolves.toEqual({ text });
  });

  it('asks for the location in WGS 84 and gives numbers, whatever came', async () => {
    const { it, calls } = inWeChat(ALL);
    const { ask } = await enter(it);
    await expect(ask('location')).resolves.toMatchObject({ latitude: 31.23, longitude: 121.47, accuracy: 30 });
    expect(calls[0]?.options).toMatchObject({ type: 'wgs84' });
  });

  it('sets the card, shows where to tap, and does not claim that it was sent', async () => {
    const { it, calls } = inWeChat(ALL);
    const { ask } = await enter(it);
    const answer = ask('share', { title: '公积金', path: '/fund.html' });
    const dialog = await until(() => it.drawn().querySelector('dialog[open]'));
    expect(dialog.textContent).toContain('点右上角');
    dialog.querySelector('button')?.click();
    await expect(answer).resolves.toEqual({ shared: false });
    const link = 'https://city.example/s/queries?path=%2Ffund.html';
    expect(calls[0]).toMatchObject({ name: 'updateAppMessageShareData', options: { title: '公积金', link } });
  });

  it('closes WeChat’s window', async () => {
    const { it, calls } = inWeChat(ALL);
    const { ask } = await enter(it);
    await ask('ui.close');
    expect(calls.map(({ name }) => name)).toEqual(['closeWindow']);
  });

  it.each([
    ['scan', 'scanQRCode', { cancel: true } as const, { result: null }],
    ['scan', 'scanQRCode', { fail: 'system permission denied' }, { code: 'camera-denied' }],
    ['scan', 'scanQRCode', { fail: 'timeout' }, { code: 'camera-unavailable', retry: true }],
    ['location', 'getLocation', { cancel: true } as const, { code: 'location-denied' }],
    ['location', 'getLocation', { fail: 'auth deny' }, { code: 'location-denied' }],
  ])('tells how %s ended when %s says %j', async (method, name, said, outcome) => {
    const { it } = inWeChat({ ...ALL, [name]: said });
    const { ask } = await enter(it);
    const answer = ask(method).then(
      (result) => ({ result }),
      (error) => error,
    );
    await expect(answer).resolves.toMatchObject(outcome);
  });
});

describe('what WeChat does not grant', () => {
  it('is left to the browser inside it', async () => {
    const { it, calls } = inWeChat({ closeWindow: { success: {} } });
    const { ack, ask } = await enter(it);
    expect(ack.caps).not.toContain('scan');
    await ask('ui.toast', { text: '好' });
    expect(calls).toEqual([]);
  });

  it.each([
    ['refused', true],
    ['never answered', false],
  ])('a configuration %s leaves all of it to the browser', async (_, refused) => {
    vi.useFakeTimers();
    const { it, refuseConfig } = inWeChat(ALL, { granted: false });
    const opening = enter(it);
    if (refused) refuseConfig();
    await vi.advanceTimersByTimeAsync(600);
    vi.useRealTimers();
    const { ack } = await opening;
    expect(ack.caps).not.toContain('scan');
    expect(ack.context.host.name).toBe('wechat');
  });

  it('is waited for while the page configures it', async () => {
    const { it, wx } = inWeChat(ALL, { granted: false });
    const opening = enter(it);
    wx.config({ appId: 'wx1', jsApiList: ['scanQRCode'] });
    expect((await opening).ack.caps).toContain('scan');
  });

  it('is not looked for where the object is our own shim, nor outside WeChat', async () => {
    const { wx } = weChatDouble({ scanQRCode: { success: {} } });
    const ours = room({ agent: AGENT, window: { wx: { ...wx, onecity: true } } });
    expect((await enter(ours)).ack.caps).not.toContain('scan');
    const elsewhere = room({ window: { wx } });
    expect((await enter(elsewhere)).ack.caps).not.toContain('scan');
    const plain = furnished({ agent: AGENT });
    expect((await enter(plain)).ack.caps).toContain('scan');
  });
});
