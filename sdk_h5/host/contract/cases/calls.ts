import { BridgeError } from '../../src/index.js';
import { failed, must, passing, same, until } from '../expect.js';
import type { Case, Outcome, Page, Said, Stage } from '../stage.js';
import { echo, endless, GENEROUS } from './handlers.js';

/** A page that holds a port of its own and speaks the wire by hand. */
export async function withPort(stage: Stage): Promise<Page> {
  const page = await stage.load();
  await greeted(page, 'nonce-1');
  return page;
}

export async function greeted(page: Page, nonce: string): Promise<void> {
  const before = (await page.run<unknown[]>('acks')).length;
  await page.run('greet', nonce);
  await until(async () => (await page.run<unknown[]>('acks')).length > before, 'an acknowledgement');
}

export interface Answer {
  i: string;
  ok?: number;
  r?: unknown;
  part?: unknown;
  e?: Said;
}

/** What the host said under this id, once it said so much. */
export async function gotOf(page: Page, i: string, count = 1): Promise<Answer[]> {
  await until(async () => (await page.run<unknown[]>('gotOf', i)).length >= count, `${count} messages about ${i}`);
  return page.run('gotOf', i);
}

export const CALLS: readonly Case[] = [
  {
    name: 'an answer comes back as the handler gave it, undefined as well',
    async run(stage) {
      stage.host({ handlers: { user: echo(), 'ui.toast': async () => undefined } });
      const page = await stage.load();
      same(await page.run('ask', 'user', { a: [1, null, 'x'] }), { value: { a: [1, null, 'x'] } });
      same(await page.run('ask', 'ui.toast'), { value: undefined });
    },
  },
  {
    name: 'an answer keeps what a copy can: dates, maps, bytes',
    async run(stage) {
      const rich = { at: new Date(0), map: new Map([['k', new Set([1])]]), bytes: new Uint8Array([1, 2]) };
      stage.host({ handlers: { user: async () => rich } });
      const page = await stage.load();
      const { value } = (await page.run<Outcome>('ask', 'user')) as { value: typeof rich };
      must(value.at instanceof Date && value.map.get('k')?.has(1) === true && value.bytes[1] === 2, 'Not the same.');
    },
  },
  {
    name: 'a refusal comes back whole',
    async run(stage) {
      const refusal = new BridgeError('consent-needed', 'Ask.', { retry: true, reference: 'r-9', hop: 'gateway' });
      stage.host({ handlers: { user: () => Promise.reject(refusal) } });
      const page = await stage.load();
      const wanted = { name: 'CityError', message: 'Ask.', retry: true, reference: 'r-9', hop: 'gateway' };
      failed(await page.run<Outcome>('ask', 'user'), 'consent-needed', wanted);
    },
  },
  {
    name: 'an exception of the app’s is told to the app and not to the page',
    async run(stage) {
      const { errors } = stage.host({ handlers: { user: () => Promise.reject(new TypeError('cookie=abc')) } });
      const page = await stage.load();
      const outcome = await page.run<Outcome>('ask', 'user');
      failed(outcome, 'INTERNAL', { retry: true });
      must(!JSON.stringify(outcome).includes('cookie'), 'The page read the exception.');
      same(errors.map(String), ['TypeError: cookie=abc']);
    },
  },
  {
    name: 'a handler that throws at once, or throws no error, is answered for',
    async run(stage) {
      const thrown = (what: unknown) => () => {
        throw what;
      };
      stage.host({ handlers: { user: thrown(new Error('x')), 'ui.toast': thrown(null) } });
      const page = await stage.load();
      for (const name of ['user', 'ui.toast']) failed(await page.run<Outcome>('ask', name), 'INTERNAL');
    },
  },
  {
    name: 'parts come in order, before the end',
    async run(stage) {
      stage.host({
        handlers: {
          scan: async (_, { part }) => {
            for (const n of [1, 2, 3]) part(n);
            return 'end';
          },
        },
      });
      const page = await withPort(stage);
      await page.run('say', { i: 'a', m: 'scan' });
      const wanted = [
        { i: 'a', part: 1 },
        { i: 'a', part: 2 },
        { i: 'a', part: 3 },
        { i: 'a', ok: 1, r: 'end' },
      ];
      same(await gotOf(page, 'a', 4), wanted);
    },
  },
  {
    name: 'no part comes after the end, nor after the caller gave up',
    async run(stage) {
      const slow = endless();
      stage.host({
        handlers: {
          scan: async (_, { part }) => {
            setTimeout(() => part('late'), 20);
            return 'end';
          },
          share: async (params, call) => {
            setTimeout(() => call.part('late'), 60);
            return slow.handler(params, call);
          },
        },
      });
      const page = await withPort(stage);
      await page.run('say', { i: 'a', m: 'scan' }, { i: 'b', m: 'share' }, { i: 'b', cancel: 1 });
      await until(() => slow.stops === 1, 'the stop');
      await gotOf(page, 'a');
      await passing(150);
      same(await page.run('got'), [{ i: 'a', ok: 1, r: 'end' }]);
    },
  },
  {
    name: 'a caller who gives up stops the handler',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { 'ui.confirm': asked.handler } });
      const page = await stage.load();
      await page.run('ready');
      failed(await page.run<Outcome>('ask', 'ui.confirm', {}, { abortAfter: 50 }), 'ABORTED');
      await until(() => asked.stops === 1, 'the stop');
    },
  },
  {
    name: 'a caller who gave up before asks nothing',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { user: asked.handler, 'ui.toast': async () => 1 } });
      const page = await stage.load();
      await page.run('ready');
      failed(await page.run<Outcome>('ask', 'user', {}, { abortAfter: 0 }), 'ABORTED');
      await page.run('ask', 'ui.toast');
      same(asked.calls, 0, 'the number of calls');
    },
  },
  {
    name: 'a deadline ends the call and stops the handler',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { user: asked.handler } });
      const page = await stage.load();
      await page.run('ready');
      failed(await page.run<Outcome>('ask', 'user', {}, { deadline: 60 }), 'TIMEOUT', { retry: true });
      await until(() => asked.stops === 1, 'the stop');
    },
  },
  {
    name: 'the host keeps the deadline by itself, even for a handler that does not listen',
    async run(stage) {
      stage.host({ handlers: { user: () => new Promise(() => {}) } });
      const page = await withPort(stage);
      await page.run('say', { i: 'a', m: 'user', d: 20 });
      const [answer] = await gotOf(page, 'a');
      failed({ error: answer?.e } as Outcome, 'TIMEOUT', { retry: true });
    },
  },
  {
    name: 'a call that waits for a person has no deadline',
    async run(stage) {
      stage.host({ handlers: { 'ui.confirm': echo(400) } });
      const page = await stage.load();
      same(await page.run('ask', 'ui.confirm', 'yes'), { value: 'yes' });
    },
  },
  {
    name: 'a method the host does not offer is refused without asking it',
    async run(stage) {
      stage.host({ handlers: { user: async () => 1 } });
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'ui.confirm', {}), 'UNSUPPORTED', { retry: false });
      failed(await page.run<Outcome>('ask', 'nobody.knows', {}), 'UNSUPPORTED', { retry: false });
    },
  },
  {
    name: 'none of 1,000 calls answered in random order is mixed up',
    async run(stage) {
      const handler = async (params: unknown): Promise<unknown> => {
        await passing(Math.random() * 200);
        return { for: params };
      };
      stage.host({ handlers: { 'ui.confirm': handler }, limits: GENEROUS });
      const page = await stage.load();
      const numbers = Array.from({ length: 1_000 }, (_, n) => n);
      const outcomes = await page.run<Outcome[]>('askAll', 'ui.confirm', numbers);
      same(
        outcomes.map(({ value }) => (value as { for: number } | undefined)?.for),
        numbers,
      );
    },
  },
  {
    name: 'of 1,000 calls at once 32 are with the host, the others wait their turn, and all are answered in it',
    async run(stage) {
      const order: unknown[] = [];
      let [now, most] = [0, 0];
      const handler = async (params: unknown): Promise<unknown> => {
        order.push(params);
        now += 1;
        most = Math.max(most, now);
        await until(() => most >= 32, '32 calls at once');
        await passing(Math.random() * 5);
        now -= 1;
        return params;
      };
      stage.host({ handlers: { 'ui.confirm': handler }, limits: { burst: 5_000 } });
      const page = await stage.load();
      const numbers = Array.from({ length: 1_000 }, (_, n) => n);
      const outcomes = await page.run<Outcome[]>('askAll', 'ui.confirm', numbers);
      same(
        outcomes.map(({ value }) => value),
        numbers,
      );
      same(order, numbers, 'the order');
      same(most, 32, 'the most at once');
    },
  },
  {
    name: 'a page that asks faster than its rate is slowed down, not refused',
    async run(stage) {
      stage.host({ handlers: { user: echo() }, limits: { burst: 20, perSecond: 100 } });
      const page = await stage.load();
      const numbers = Array.from({ length: 60 }, (_, n) => n);
      const outcomes = await page.run<Outcome[]>('askAll', 'user', numbers);
      same(
        outcomes.map(({ value }) => value),
        numbers,
      );
    },
  },
  {
    name: 'arguments that cannot be copied are refused in the page',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { 'ui.toast': asked.handler } });
      const page = await stage.load();
      for (const kind of ['function', 'symbol', 'getter that throws', 'window above']) {
        failed(await page.run<Outcome>('askWith', kind, { deadline: 2_000 }), 'NOT_CLONEABLE', { retry: false });
      }
      same(asked.calls, 0, 'the number of calls');
    },
  },
  {
    name: 'an answer or a part that cannot be copied is a failure, not silence',
    async run(stage) {
      const never = () => 'a function';
      stage.host({
        handlers: {
          user: async () => never,
          'ui.toast': async (_, { part }) => part(never),
          scan: async () => ({
            get text() {
              throw new Error('boom');
            },
          }),
        },
      });
      const page = await stage.load();
      for (const name of ['user', 'ui.toast', 'scan']) failed(await page.run<Outcome>('ask', name), 'NOT_CLONEABLE');
    },
  },
];
