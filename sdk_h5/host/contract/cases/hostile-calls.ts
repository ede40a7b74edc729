import { readQuestion, readText } from '../../src/index.js';
import { must, passing, same, until } from '../expect.js';
import type { Case } from '../stage.js';
import { gotOf, withPort } from './calls.js';
import { echo, endless } from './handlers.js';

const NO_METHODS = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'eval', 'x'.repeat(64)];

const NO_CALLS: readonly [name: string, message: unknown][] = [
  ['no id', { m: 'user' }],
  ['an empty id', { i: '', m: 'user' }],
  ['an id without end', { i: 'x'.repeat(65), m: 'user' }],
  ['a number for an id', { i: 1, m: 'user' }],
  ['an object for an id', { i: { toString: 1 }, m: 'user' }],
  ['no method', { i: 'a' }],
  ['a list for a method', { i: 'a', m: ['user'] }],
  ['a method without end', { i: 'a', m: 'x'.repeat(65) }],
  ['a cancel of nothing', { i: 'a', cancel: 1 }],
  ['everything in __proto__', JSON.parse('{"__proto__": {"i": "a", "m": "user"}}')],
  ['an answer', { i: 'a', ok: 1, r: 'x' }],
  ['an event', { ev: 'closed', p: {} }],
  ['a text', 'user'],
  ['nothing', null],
  ['a list', ['a', 'user']],
  ['bytes', new Uint8Array(8)],
];

export const HOSTILE_CALLS: readonly Case[] = [
  {
    name: `no method of an object's prototype is offered, nor any other that is none`,
    async run(stage) {
      stage.host({ handlers: { user: echo() } });
      const page = await withPort(stage);
      for (const m of NO_METHODS) {
        await page.run('say', { i: m, m });
        const [answer] = await gotOf(page, m);
        same(answer?.e?.code, 'UNSUPPORTED', `the code for ${m}`);
      }
    },
  },
  ...NO_CALLS.map(
    ([name, message]): Case => ({
      name: `a message with ${name} is no call, and the next one is answered`,
      async run(stage) {
        const asked: unknown[] = [];
        stage.host({ handlers: { user: async (params) => asked.push(params) } });
        const page = await withPort(stage);
        await page.run('say', message, { i: 'next', m: 'user', p: 'next' });
        await gotOf(page, 'next');
        same(asked, ['next'], 'what the handler saw');
        same((await page.run<unknown[]>('got')).length, 1, 'the number of answers');
      },
    }),
  ),
  {
    name: 'an id in use is answered once, for the first who used it',
    async run(stage) {
      stage.host({ handlers: { user: echo(60) } });
      const page = await withPort(stage);
      await page.run('say', { i: 'a', m: 'user', p: 'first' }, { i: 'a', m: 'user', p: 'second' });
      await gotOf(page, 'a');
      await passing(150);
      same(await page.run('got'), [{ i: 'a', ok: 1, r: 'first' }]);
    },
  },
  {
    name: 'a new call is never answered with what an old one of the same id left behind',
    async run(stage) {
      const user = async (params: unknown): Promise<unknown> => {
        await passing(params === 'old' ? 30 : 120);
        return params;
      };
      stage.host({ handlers: { user } });
      const page = await withPort(stage);
      const [old, again] = [
        { i: 'a', m: 'user', p: 'old' },
        { i: 'a', m: 'user', p: 'new' },
      ];
      await page.run('say', old, { i: 'a', cancel: 1 }, again);
      await gotOf(page, 'a');
      await passing(100);
      same(await page.run('got'), [{ i: 'a', ok: 1, r: 'new' }]);
    },
  },
  {
    name: 'a cancel ends only the call it names',
    async run(stage) {
      stage.host({ handlers: { user: echo(60) } });
      const page = await withPort(stage);
      const calls = ['a', 'b'].map((i) => ({ i, m: 'user', p: i }));
      await page.run('say', ...calls, { i: 'a', cancel: 1 }, { i: 'c', cancel: 1 }, { i: 'b', cancel: true });
      await gotOf(page, 'b');
      await passing(100);
      same(await page.run('got'), [{ i: 'b', ok: 1, r: 'b' }]);
    },
  },
  {
    name: 'a deadline that makes no sense is none',
    async run(stage) {
      stage.host({ handlers: { user: echo(5) } });
      const page = await withPort(stage);
      for (const [n, d] of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5', null].entries()) {
        await page.run('say', { i: `id-${n}`, m: 'user', p: n, d });
        same(await gotOf(page, `id-${n}`), [{ i: `id-${n}`, ok: 1, r: n }]);
      }
    },
  },
  {
    name: 'poisoned parameters poison nothing, and are refused where a text is wanted',
    async run(stage) {
      const handlers = {
        'ui.title': async (params: unknown) => readText(params),
        'ui.confirm': async (params: unknown) => readQuestion(params),
        user: async (params: unknown) => ({ ...(params as object) }),
      };
      stage.host({ handlers });
      const page = await withPort(stage);
      const poison = '{"__proto__": {"polluted": 1, "text": "x"}, "constructor": {"prototype": {"polluted": 1}}}';
      for (const m of Object.keys(handlers)) await page.run('say', { i: m, m, p: JSON.parse(poison) });
      same((await gotOf(page, 'user'))[0]?.ok, 1, 'the call that takes anything');
      for (const m of ['ui.title', 'ui.confirm']) {
        same((await gotOf(page, m))[0]?.e?.code, 'INVALID_ARGUMENT', `the code of ${m}`);
      }
      must(!('polluted' in {}), 'The app is poisoned.');
      same(await page.run('polluted'), false, 'whether the page is poisoned');
    },
  },
  {
    name: 'a getter does not cross the bridge: it is run in the page, or throws there',
    async run(stage) {
      const seen: unknown[] = [];
      stage.host({ handlers: { 'ui.title': async (params) => seen.push(Object.getOwnPropertyDescriptors(params)) } });
      const page = await withPort(stage);
      same(await page.run('sayMade', 'a', 'ui.title', 'getter'), 'said');
      same(await page.run('sayMade', 'b', 'ui.title', 'getter that throws'), 'Error');
      same(await page.run('sayMade', 'c', 'ui.title', 'function'), 'DataCloneError');
      same(await page.run('sayMade', 'd', 'ui.title', 'inherited'), 'said');
      await gotOf(page, 'd');
      const data = { value: 'got', writable: true, enumerable: true, configurable: true };
      same(seen, [{ text: data }, {}], 'what arrived');
    },
  },
  {
    name: 'an instance arrives as plain data, and a member named constructor stays data',
    async run(stage) {
      const seen: unknown[] = [];
      const handler = async (params: unknown): Promise<void> => {
        seen.push(Object.getPrototypeOf(params) === Object.prototype, readText(params));
      };
      stage.host({ handlers: { 'ui.title': handler } });
      const page = await withPort(stage);
      for (const kind of ['instance', 'own prototype', 'constructor member']) {
        await page.run('sayMade', kind, 'ui.title', kind);
        await gotOf(page, kind);
      }
      same(seen, [true, 'own', true, 'x', true, 'x']);
    },
  },
  {
    name: 'ports that come with a call are answered by nobody',
    async run(stage) {
      stage.host({ handlers: { user: echo() } });
      const page = await withPort(stage);
      await page.run('sayWithPorts', { i: 'a', m: 'user', p: 'x' }, 5);
      same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'x' }]);
      await passing(50);
      same((await page.run<unknown[]>('got')).length, 1, 'the number of messages');
    },
  },
  {
    name: 'a message the app cannot read ends the conversation, so that nothing waits for ever',
    only: 'frames',
    async run(stage) {
      const asked = endless();
      const { losses } = stage.host({ handlers: { user: asked.handler } });
      const page = await withPort(stage);
      await page.run('say', { i: 'a', m: 'user' });
      same(await page.run('sayMade', 'b', 'user', 'a module of the page'), 'said');
      await until(() => losses.length === 1, 'the loss');
      same([losses, asked.stops], [['gone'], 1]);
      await until(async () => (await page.run<unknown[]>('got')).length === 1, 'the goodbye');
      same(await page.run('got'), [{ ev: 'closed', p: { reason: 'unreadable' } }]);
    },
  },
];
