import { failed, must, passing, same, until } from '../expect.js';
import type { Case, Outcome } from '../stage.js';
import { greeted } from './calls.js';
import { echo, endless } from './handlers.js';

export const ENDINGS: readonly Case[] = [
  {
    name: 'a host that closes settles what is pending, stops what runs, and is not lost by surprise',
    async run(stage) {
      const asked = endless();
      const { connection, losses } = stage.host({ handlers: { 'ui.confirm': asked.handler, user: asked.handler } });
      const page = await stage.load();
      const outcomes = Promise.all(['ui.confirm', 'user'].map((name) => page.run<Outcome>('ask', name, {})));
      await until(() => asked.calls === 2, 'both calls');
      connection.close();
      for (const outcome of await outcomes) failed(outcome, 'HOST_GONE', { retry: false });
      same([asked.stops, losses], [2, []]);
      failed(await page.run<Outcome>('ask', 'user'), 'HOST_GONE');
      same(await page.run('canUse', 'user'), { ok: false, reason: 'host-gone', since: '1.0.0' });
    },
  },
  {
    name: 'a page whose host went finds the next one by getting ready',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      await page.run('ready');
      connection.close();
      await until(async () => (await page.run<Outcome>('ask', 'user')).error?.code === 'HOST_GONE', 'the end');
      stage.host({ handlers: { user: async () => 'new' } });
      must(!(await page.run<Outcome>('ready')).error, 'It is not ready.');
      same(await page.run('ask', 'user'), { value: 'new' });
    },
  },
  {
    name: 'a host that dies in the middle of a call settles it all the same',
    async run(stage) {
      let port: MessagePort | undefined;
      stage.impostor((data, post) => {
        const { port1, port2 } = new MessageChannel();
        port = port1;
        port1.onmessage = () => port1.close();
        post(ackFor(data), [port2]);
      });
      const page = await stage.load();
      const outcome = await page.run<Outcome>('ask', 'user', {}, { deadline: 1_500 });
      failed(outcome, stage.tellsOfClosedPorts ? 'HOST_GONE' : 'TIMEOUT');
      must(port !== undefined, 'There was no port.');
    },
  },
  {
    name: 'a host that answers by half runs into the deadline, and hears that it was given up',
    async run(stage) {
      const heard: Record<string, unknown>[] = [];
      stage.impostor((data, post) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data: call }) => {
          heard.push(call);
          if (call.m) port1.postMessage({ i: call.i, part: 'half' });
        };
        post(ackFor(data), [port2]);
      });
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'user', {}, { deadline: 100 }), 'TIMEOUT', { retry: true });
      await until(() => heard.some(({ cancel }) => cancel === 1), 'the cancel');
      same(heard.at(-1), { i: heard[0]?.i, cancel: 1 });
    },
  },
  {
    name: 'everything settles when the host closes among 300 calls of every kind',
    async run(stage) {
      const asked = endless();
      const handlers = { user: echo(5), 'ui.confirm': asked.handler, 'ui.toast': () => Promise.reject(new Error('x')) };
      const { connection } = stage.host({ handlers, limits: { burst: 1_000 } });
      const page = await stage.load();
      const calls = ['user', 'ui.confirm', 'ui.toast', 'nothing'].map((name) =>
        page.run<Outcome[]>(
          'askAll',
          name,
          Array.from({ length: 75 }, () => 0),
        ),
      );
      await until(() => asked.calls > 0, 'a question');
      connection.close();
      const outcomes = (await Promise.all(calls)).flat();
      same(outcomes.length, 300, 'the number of outcomes');
      const codes = new Set(outcomes.map(({ error }) => error?.code));
      for (const code of codes) must([undefined, 'HOST_GONE', 'INTERNAL', 'UNSUPPORTED'].includes(code), `${code}?`);
      must(codes.has('HOST_GONE'), 'Nothing was pending.');
    },
  },
  {
    name: 'a frame opened anew has no more left than the one before',
    async run(stage) {
      const limits = { burst: 12, perSecond: 0.01 };
      const first = stage.host({ handlers: { user: echo() }, limits });
      const page = await stage.load();
      await page.run('askAll', 'user', [1, 2, 3, 4, 5, 6, 7, 8]);
      first.connection.close();
      stage.host({ handlers: { user: echo() }, limits });
      const again = await stage.load();
      await greeted(again, 'nonce-2');
      for (let n = 0; n < 8; n += 1) await again.run('say', { i: `id-${n}`, m: 'user', p: n });
      await until(async () => (await again.run<unknown[]>('got')).length === 8, 'eight answers');
      const answers = await again.run<{ ok: number }[]>('got');
      same(answers.filter(({ ok }) => ok).length, 4, 'the number of calls that pass');
    },
  },
  {
    name: 'work that goes on after its frame was closed keeps its place',
    async run(stage) {
      const handlers = { user: () => new Promise<never>(() => {}), 'ui.toast': echo() };
      const first = stage.host({ handlers, limits: { inFlight: 2 } });
      const page = await stage.load();
      await greeted(page, 'nonce-1');
      await page.run('say', { i: 'a', m: 'user' }, { i: 'b', m: 'user' });
      await passing(60);
      first.connection.close();
      stage.host({ handlers, limits: { inFlight: 2 } });
      await greeted(page, 'nonce-2');
      await page.run('say', { i: 'c', m: 'ui.toast' });
      await until(async () => (await page.run<unknown[]>('gotOf', 'c')).length === 1, 'the answer');
      const [answer] = await page.run<{ e: { code: string } }[]>('gotOf', 'c');
      same(answer?.e?.code, 'RATE_LIMITED', 'the code');
    },
  },
];

/** The acknowledgement of a host that means well, for what a page greeted with. */
export function ackFor(syn: unknown, more: object = {}): object {
  const context = {
    service: { id: 'x', name: { 'zh-CN': 'x' }, version: '1.0.0' },
    locale: 'zh-CN',
    theme: 'light',
    elder: false,
    host: { name: 'impostor', version: '1.0.0' },
    launch: { path: '/' },
  };
  const limits = { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 };
  const { nonce } = syn as { nonce: string };
  const caps = ['user', 'ui.confirm', 'ui.toast'];
  return { ns: 'onecity', v: 1, t: 'ack', nonce, session: 'session-1', context, caps, limits, ...more };
}
