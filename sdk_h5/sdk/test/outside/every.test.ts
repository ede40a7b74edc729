import { afterEach, describe, expect, it } from 'vitest';
import { installNativeApp } from '../../src/outside/doubles/native.js';
import { weChatDouble } from '../../src/outside/doubles/wechat.js';
import type { Method } from '../../src/wire.js';
import { CONTEXT } from '../acks.js';
import { closeAll, enter, furnished, quickest, type Room, room } from './room.js';

afterEach(closeAll);

const AGENT = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.49';
const QUEUED = { upstream: 'fund', path: '/x', method: 'POST', headers: {}, body: null, key: 'k', title: '提交' };

/** One good call of every method that a page may make. */
const CALLS: Readonly<Record<Exclude<Method, 'queue.next' | 'queue.settle'>, unknown>> = {
  token: undefined,
  identity: undefined,
  user: undefined,
  'storage.get': { key: 'draft' },
  'storage.set': { key: 'draft', value: 1 },
  'storage.keys': undefined,
  'ui.title': { text: '公积金' },
  'ui.toast': { text: '已保存' },
  'ui.confirm': { title: '提交？' },
  'ui.sheet': { actions: [{ id: 'a', label: '按年' }] },
  'ui.loading': { on: true },
  'ui.back': { on: true },
  'ui.close': undefined,
  share: { title: '公积金' },
  scan: undefined,
  location: {},
  phone: { number: '12345' },
  open: { service: 'appointments' },
  intent: { name: 'pay', payload: {} },
  'intent.finish': { result: {} },
  'notify.subscribe': {},
  'consent.request': { scopes: [] },
  'consent.revoke': undefined,
  rate: { event: 'e1' },
  'queue.add': QUEUED,
  'queue.list': undefined,
};
const METHODS = Object.keys(CALLS) as (keyof typeof CALLS)[];

/** Nothing of a resident's own is here: a browser does not know who is in front of it. */
const ALWAYS = 'ui.title ui.toast ui.confirm ui.loading ui.back phone storage.get storage.set storage.keys';
const OFFERED_BY_THE_APP = 'token user ui.title ui.toast';

interface Stand {
  room: () => Room;
  /** What works there; everything else is refused. */
  works: string;
}

const past = { length: 2, back: () => {}, pushState: () => {}, state: null };
const script = Object.fromEntries(
  ['scanQRCode', 'getLocation', 'closeWindow', 'updateAppMessageShareData'].map((name) => [name, { success: {} }]),
);

const STANDS: Readonly<Record<string, Stand>> = {
  'a browser that can everything': {
    room: () => furnished({ window: { history: past } }),
    works: `${ALWAYS} ui.sheet ui.close share scan location open`,
  },
  'a browser on a laptop, in a tab of its own': {
    room: () => room({ place: null, window: { opener: null } }),
    works: `${ALWAYS} ui.sheet share`,
  },
  'an old browser': {
    room: () => room({ window: { HTMLDialogElement: undefined, confirm: () => true, history: past } }),
    works: `${ALWAYS} ui.close share open`,
  },
  'WeChat, configured': {
    room: () => room({ agent: AGENT, window: { wx: weChatDouble(script).wx } }),
    works: `${ALWAYS} ui.sheet ui.close share scan location open`,
  },
  'WeChat without its JS-SDK': {
    room: () => room({ agent: AGENT, window: { history: past } }),
    works: `${ALWAYS} ui.sheet ui.close share open`,
  },
  'a native app that offers a few methods': {
    room: () => {
      const it = room();
      const handlers = Object.fromEntries(OFFERED_BY_THE_APP.split(' ').map((name) => [name, async () => ({})]));
      installNativeApp(it.here, { context: CONTEXT, handlers });
      return it;
    },
    works: OFFERED_BY_THE_APP,
  },
};

/** What a person would do: answers the dialog that a call opened. */
async function tap(it: Room): Promise<void> {
  it.drawn().querySelector<HTMLElement>('dialog button:last-of-type')?.click();
}

describe.each(Object.entries(STANDS))('%s', (_, { room: make, works }) => {
  it('offers what it can, and nothing else', async () => {
    const { ack } = await enter(make());
    expect([...ack.caps].sort()).toEqual(works.split(' ').sort());
  });

  it.each(METHODS)('does %s or refuses it at once, as it said', async (method) => {
    const it = make();
    const { ack, ask } = await enter(it);
    const tapping = setInterval(tap, 5, it);
    const outcome = await ask(method, CALLS[method]).then(
      () => 'works',
      ({ code }) => code,
    );
    clearInterval(tapping);
    expect(outcome).toBe(ack.caps.includes(method) ? 'works' : 'UNSUPPORTED');
    if (outcome === 'UNSUPPORTED') expect(await quickest(() => ask(method, CALLS[method]))).toBeLessThan(300);
  });
});
