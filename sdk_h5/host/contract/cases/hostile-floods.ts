import { must, passing, same, until } from '../expect.js';
import { OVERSIZED } from '../made.js';
import type { Case } from '../stage.js';
import { type Answer, gotOf, withPort } from './calls.js';
import { echo, endless } from './handlers.js';

export const HOSTILE_FLOODS: readonly Case[] = [
  {
    name: 'a flood finds at most 32 calls in flight',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { user: asked.handler }, limits: { burst: 500 } });
      const page = await withPort(stage);
      await page.run('sayOften', 100, 'user');
      await until(async () => (await page.run<unknown[]>('got')).length === 68, 'the refusals');
      const [first] = await page.run<Answer[]>('got');
      same([first?.i, first?.e?.code, asked.calls], ['flood-32', 'RATE_LIMITED', 32]);
    },
  },
  {
    name: 'a flood passes in its burst, and then at its rate',
    async run(stage) {
      let passed = 0;
      const user = async (): Promise<void> => {
        passed += 1;
      };
      stage.host({ handlers: { user }, limits: { inFlight: 1_000, perSecond: 1 } });
      const page = await withPort(stage);
      await page.run('sayOften', 300, 'user');
      await until(async () => (await page.run<unknown[]>('got')).length === 300, 'the answers');
      must(passed >= 50 && passed <= 53, `${passed} passed.`);
    },
  },
  {
    name: 'a flood is not fed anew by a reload, nor by cancelling',
    async run(stage) {
      const stubborn = { calls: 0 };
      const user = (): Promise<never> => {
        stubborn.calls += 1;
        return new Promise(() => {});
      };
      stage.host({ handlers: { user }, limits: { burst: 500 } });
      const calls = Array.from({ length: 20 }, (_, n) => ({ i: `id-${n}`, m: 'user' }));
      const page = await withPort(stage);
      await page.run('say', ...calls.flatMap((call) => [call, { i: call.i, cancel: 1 }]));
      await passing(60);
      const again = await stage.load();
      await again.run('greet', 'nonce-2');
      await until(async () => (await again.run<unknown[]>('acks')).length === 1, 'the port');
      await again.run('say', ...calls);
      await until(async () => (await again.run<unknown[]>('got')).length === 8, 'the refusals');
      same(stubborn.calls, 32, 'the number of calls');
    },
  },
  {
    name: 'a call that really ended leaves its place to the next',
    async run(stage) {
      stage.host({ handlers: { user: echo() }, limits: { inFlight: 1 } });
      const page = await withPort(stage);
      for (const i of ['a', 'b', 'c']) {
        await page.run('say', { i, m: 'user', p: i });
        same(await gotOf(page, i), [{ i, ok: 1, r: i }]);
      }
    },
  },
  {
    name: 'ten thousand messages leave the app able to go on, and to close',
    async run(stage) {
      const { connection } = stage.host({ handlers: { user: echo() } });
      const page = await withPort(stage);
      const flood = page.run('sayOften', 10_000, 'user');
      let longest = 0;
      let last = performance.now();
      const beats = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 5);
      await flood;
      await until(async () => (await page.run<unknown[]>('got')).length === 10_000, 'every answer', 15_000);
      clearInterval(beats);
      must(longest < 5_000, `The app stood still for ${longest} ms.`);
      connection.close();
      await until(async () => (await page.run<Answer[]>('got')).length === 10_002, 'the goodbye');
    },
  },
  ...OVERSIZED.map(
    (kind): Case => ({
      name: `a megabyte in ${kind} is too large, and the handler does not see it`,
      async run(stage) {
        const asked = endless();
        stage.host({ handlers: { user: asked.handler } });
        const page = await withPort(stage);
        same(await page.run('sayMade', 'a', 'user', kind), 'said');
        const [answer] = await gotOf(page, 'a');
        same([answer?.e?.code, asked.calls], ['TOO_LARGE', 0]);
      },
    }),
  ),
];
