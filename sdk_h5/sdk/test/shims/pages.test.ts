import { readFileSync } from 'node:fs';
import { Window as DOM } from 'happy-dom';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectFrame, type FrameConnection, type Handlers } from '../../../host/src/index.js';
import { createMgop } from '../../shims/mgop.js';
import { createWx } from '../../shims/wx.js';
import { createBridge } from '../../shims/zwjs.js';
import { createCity } from '../../src/create.js';
import { CONTEXT } from '../acks.js';
import { as, CHILD_ORIGIN, placeOf, windowPair } from '../windows.js';

const connections: FrameConnection[] = [];

afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});

const file = (name: string): string => readFileSync(new URL(`pages/${name}`, import.meta.url), 'utf8');

interface Fixture {
  handlers?: Handlers;
  fetch?: (request: Request) => Promise<Response>;
  elder?: boolean;
  framed?: boolean;
}

/** An old page in a frame of the app: the page's own files, the shims, the SDK, the bridge, and a host's handlers. */
function openPage(page: 'wechat' | 'zlb', { handlers = {}, fetch, elder = false, framed = true }: Fixture) {
  const pair = windowPair();
  const told = vi.fn();
  const recorded = Object.entries(handlers).map(([name, handler]): [string, Handlers[string]] => [
    name,
    (params, call) => {
      told(name, params);
      return handler(params, call);
    },
  ]);
  const frame = as<HTMLIFrameElement>(Object.assign(new EventTarget(), { contentWindow: pair.childView }));
  const context = () => ({ ...CONTEXT, elder });
  const host = { origin: CHILD_ORIGIN, context, handlers: Object.fromEntries(recorded), window: as<Window>(pair.host) };
  connections.push(connectFrame(frame, host));
  const city = createCity(placeOf(pair, { ...(fetch && { fetch }), ...(!framed && { parent: null }) }));
  const window = new DOM({ url: `${CHILD_ORIGIN}/${page}.html` }) as unknown as Window & typeof globalThis;
  const { document } = window;
  document.write(file(`${page}.html`).replace(/<script.*<\/script>/g, ''));
  const mgop = createMgop(city);
  const globals = { window, document, location: window.location, wx: createWx(city, window), mgop };
  const all = { ...globals, ZWJSBridge: createBridge(city, mgop, window) };
  const code = page === 'zlb' ? file('routes.js') + file('zlb.js') : file('wechat.js');
  new Function(...Object.keys(all), code)(...Object.values(all));
  const text = (id: string): string => document.getElementById(id)?.textContent ?? '';
  const reads = (id: string, words: string) => vi.waitFor(() => expect(text(id)).toBe(words));
  return { told, reads, text, document, press: (id: string) => document.getElementById(id)?.click() };
}

const nothing = async (): Promise<undefined> => undefined;
const REFUSED = new Response(JSON.stringify({ type: 'https://city.example/problems/slot-taken', detail: '名额已满' }), {
  status: 409,
  headers: { 'content-type': 'application/problem+json' },
});

describe('a page written for WeChat', () => {
  const handlers: Handlers = {
    scan: async () => ({ text: 'A017' }),
    location: async () => ({ latitude: 31.1774276, longitude: 121.5272106, accuracy: 20, at: '2026-11-26T08:00:00Z' }),
    intent: async () => null,
    share: async () => ({ shared: true }),
    'ui.close': nothing,
  };

  it('works in the city’s app as it is', async () => {
    const it = openPage('wechat', { handlers });
    await it.reads('state', '可以扫码');
    it.press('scan');
    await it.reads('state', '取号成功：A017');
    it.press('near');
    await it.reads('state', '您在 31.1753,121.5315');
    it.press('pay');
    await it.reads('state', '取消支付');
    it.press('send');
    it.press('leave');
    await vi.waitFor(() => expect(it.told).toHaveBeenCalledWith('ui.close', undefined));
    const path = '/wechat.html';
    expect(it.told).toHaveBeenCalledWith('share', { title: '扫码取号', text: '到大厅扫码，手机排队', path });
    const payload = expect.objectContaining({ package: 'prepay_id=u802345jgfjsdfgsdg888', paySign: 'sign' });
    expect(it.told).toHaveBeenCalledWith('intent', { name: 'pay', payload });
  });

  it('hears of what the app does not offer', async () => {
    const it = openPage('wechat', { handlers: {} });
    await it.reads('state', '可以扫码');
    it.press('scan');
    await vi.waitFor(() => expect(it.text('state')).toMatch(/^scanQRCode:fail /));
  });

  it('says where to open it when there is no app', async () => {
    const it = openPage('wechat', { framed: false });
    await vi.waitFor(() => expect(it.text('state')).toMatch(/^请在城市应用中打开：config:fail /));
  });
});

describe('a page written for another city’s app', () => {
  const handlers: Handlers = {
    token: async () => ({ token: 't', expires_in: 300 }),
    'ui.title': nothing,
    'ui.toast': nothing,
    'ui.loading': nothing,
    'ui.confirm': async () => true,
    phone: async () => ({ called: true }),
  };
  const venues = async (request: Request): Promise<Response> =>
    request.method === 'POST' ? Response.json({ number: '0007' }) : Response.json({ list: [{ name: '东厅' }] });

  it('works in the city’s app with one file more', async () => {
    const fetch = vi.fn(venues);
    const it = openPage('zlb', { handlers, fetch, elder: true });
    await it.reads('list', '东厅');
    await vi.waitFor(() => expect(it.document.body.className).toBe('elder'));
    it.press('book');
    await it.reads('state', '预约号 0007');
    it.press('call');
    await vi.waitFor(() => expect(it.told).toHaveBeenCalledWith('phone', { number: '12345' }));
    expect(it.told).toHaveBeenCalledWith('ui.title', { text: '场馆预约' });
    const asked = fetch.mock.calls.map(([{ method, url }]) => `${method} ${new URL(url).pathname}`);
    expect(asked).toEqual(['GET /svc/venues/halls', 'POST /svc/venues/halls/h1/bookings']);
    expect(fetch.mock.calls[1]?.[0].headers.get('idempotency-key')).toBeTruthy();
    expect(fetch.mock.calls[1]?.[0].headers.has('istesturl')).toBe(false);
  });

  it('hears why a department refused', async () => {
    const it = openPage('zlb', { handlers, fetch: async () => REFUSED.clone() });
    await it.reads('state', 'slot-taken::名额已满');
  });
});
