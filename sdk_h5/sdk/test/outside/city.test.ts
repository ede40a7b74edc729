import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type City, createCity } from '../../src/create.js';
import { METHODS } from '../../src/methods.js';
import { browser } from '../../src/place.js';
import { furnished, quickest, type Room } from './room.js';

/** The public object in a browser without an app, with all that the SDK itself looks at. */
function cityIn({ here }: Room): City {
  vi.stubGlobal('window', here);
  vi.stubGlobal('document', here.document);
  return createCity(browser());
}

/** One good call of every name that `canUse` knows, but for files, which the page picks by itself. */
const CALLS: Readonly<Record<string, (city: City) => Promise<unknown>>> = {
  user: (city) => city.user(),
  call: (city) => city.call('fund', '/records'),
  token: (city) => city.token(),
  'storage.get': (city) => city.storage.get('draft'),
  'storage.set': (city) => city.storage.set('draft', 1),
  'storage.remove': (city) => city.storage.remove('draft'),
  'storage.keys': (city) => city.storage.keys(),
  'ui.title': (city) => city.ui.title('公积金'),
  'ui.toast': (city) => city.ui.toast('已保存'),
  'ui.confirm': (city) => city.ui.confirm({ title: '提交？' }),
  'ui.sheet': (city) => city.ui.sheet({ actions: [{ id: 'a', label: '按年' }] }),
  'ui.loading': (city) => city.ui.loading(false),
  'ui.close': (city) => city.ui.close(),
  share: (city) => city.share({ title: '公积金' }),
  scan: (city) => city.scan(),
  location: (city) => city.location(),
  phone: (city) => city.phone('12345'),
  open: (city) => city.open('appointments', '/sites'),
  'intents.request': (city) => city.intents.request('pay', {}),
  'intents.pay': (city) => city.intents.pay({}),
  'intents.showLicence': (city) => city.intents.showLicence({}),
  'intents.sign': (city) => city.intents.sign({}),
  'intents.finish': (city) => city.intents.finish({}),
  'notify.subscribe': (city) => city.notify.subscribe(),
  'consent.request': (city) => city.consent.request([]),
  'consent.revoke': (city) => city.consent.revoke(),
  rate: (city) => city.rate({ event: 'e1' }),
  'queue.list': (city) => city.queue.list(),
};

const BY_OTHER_MEANS = ['pickFile', 'takePhoto', 'ui.back', 'queue.add'];

const past = { length: 2, back: () => {}, pushState: () => {}, state: null };
let tapping: NodeJS.Timeout;

function open(wish?: string): City {
  const room = furnished({ window: { history: past }, ...(wish !== undefined && { wish }) });
  tapping = setInterval(() => room.drawn().querySelector<HTMLElement>('dialog button:last-of-type')?.click(), 5);
  return cityIn(room);
}

beforeEach(() => {
  vi.stubGlobal('MessageChannel', Tracked);
});

afterEach(() => {
  clearInterval(tapping);
  vi.unstubAllGlobals();
  for (const port of ports.splice(0)) port.close();
});

const ports: MessagePort[] = [];
class Tracked extends MessageChannel {
  constructor() {
    super();
    ports.push(this.port1, this.port2);
  }
}

const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'works',
    ({ code }) => code,
  );

it('every name that canUse knows has a call here', () => {
  expect([...Object.keys(CALLS), ...BY_OTHER_MEANS].sort()).toEqual(Object.keys(METHODS).sort());
});

describe.each([
  ['a page that says nothing', undefined, 'NOT_IN_HOST'],
  ['a page that wants the adapter', 'app', 'UNSUPPORTED'],
  ['a page that wants none', 'none', 'NOT_IN_HOST'],
] as const)('%s', (_, wish, refusal) => {
  it.each(Object.entries(CALLS))('does %s or refuses it at once, as canUse says', async (name, call) => {
    const city = open(wish);
    await outcomeOf(city.ui.title('公积金'));
    const outcome = await outcomeOf(call(city));
    expect(outcome).toBe(city.canUse(name).ok ? 'works' : refusal);
    if (outcome !== 'works') expect(await quickest(() => call(city))).toBeLessThan(300);
  });
});

describe('being ready', () => {
  it('is for pages that want the adapter', async () => {
    await expect(open('app').ready()).resolves.toMatchObject({ host: { name: 'browser' }, service: { id: 'queries' } });
    await expect(open().ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
    await expect(open('none').ready()).rejects.toMatchObject({ code: 'NOT_IN_HOST' });
  });

  it('brings the events of the place', async () => {
    const room = furnished({ wish: 'app' });
    const city = cityIn(room);
    const hidden = vi.fn();
    city.on('unloaded', hidden);
    await city.ready();
    room.here.dispatchEvent(new room.here.Event('pagehide'));
    await vi.waitFor(() => expect(hidden).toHaveBeenCalledTimes(1));
  });
});
