import { passing, same, until } from '../expect.js';
import type { Case, Host, Page } from '../stage.js';
import { gotOf, greeted } from './calls.js';
import { echo } from './handlers.js';

const syn = { ns: 'onecity', v: 1, t: 'syn', nonce: 'forged' };

/** Nothing came of it: no session, and not one message that a page could have heard. */
async function nothingCame({ sessions }: Host, page: Page): Promise<void> {
  await passing(150);
  same(sessions.length, 0, 'the number of sessions');
  same(await page.run('acks'), [], 'the acknowledgements');
}

/** A SYN of a form that is not answered, and what the app is told of it. */
const MALFORMED: readonly [name: string, data: unknown, reason: 'version' | 'form' | null][] = [
  ['another name space', { ...syn, ns: 'penpal' }, null],
  ['another type', { ...syn, t: 'ack' }, null],
  ['another version', { ...syn, v: 2 }, 'version'],
  ['a version that is a text', { ...syn, v: '1' }, 'version'],
  ['no nonce', { ...syn, nonce: undefined }, 'form'],
  ['an empty nonce', { ...syn, nonce: '' }, 'form'],
  ['a nonce without end', { ...syn, nonce: 'x'.repeat(65) }, 'form'],
  ['a nonce that is no text', { ...syn, nonce: { toString: 'x' } }, 'form'],
  ['everything in __proto__', JSON.parse(`{"__proto__": ${JSON.stringify(syn)}}`), null],
  ['a list of it', [syn], null],
  ['a map of it', new Map(Object.entries(syn)), null],
  ['no object around it', 'syn', null],
  ['nothing', null, null],
];

export const HOSTILE_GREETINGS: readonly Case[] = [
  ...MALFORMED.map(
    ([name, data, reason]): Case => ({
      name: `a greeting with ${name} is not answered`,
      async run(stage) {
        const host = stage.host();
        const page = await stage.load();
        await page.run('greetWith', data);
        await nothingCame(host, page);
        same(
          host.refusals.map((refusal) => refusal.reason),
          reason ? [reason] : [],
          'what the app is told',
        );
      },
    }),
  ),
  {
    name: 'a page of another origin in the frame gets nothing, and the app is told where it is from',
    async run(stage) {
      const host = stage.host();
      const page = await stage.load({ from: 'elsewhere' });
      await page.run('greet', 'nonce-1');
      await nothingCame(host, page);
      same(await page.run('onWindow'), 0, 'what its window heard');
      same(
        host.refusals.map(({ reason }) => reason),
        ['origin'],
      );
      same(new URL(host.refusals[0]?.origin ?? '').hostname, 'elsewhere.localhost', 'the origin');
    },
  },
  {
    name: 'a page of the same service in another frame gets nothing',
    async run(stage) {
      const host = stage.host();
      await stage.load();
      const sibling = await stage.sibling();
      await sibling.run('greet', 'nonce-1');
      await nothingCame(host, sibling);
      same(host.refusals, [], 'what the app is told');
    },
  },
  {
    name: 'a page of the same service in a window of its own gets nothing',
    when: 'alone',
    async run(stage) {
      const host = stage.host();
      await stage.load();
      const popup = await stage.popup();
      await popup.run('greet', 'nonce-1');
      await passing(150);
      same(host.sessions.length, 0, 'the number of sessions');
    },
  },
  {
    name: 'a frame within the frame gets nothing',
    only: 'frames',
    async run(stage) {
      const host = stage.host();
      const page = await stage.load();
      await page.run('greetFromWithin', 'nonce-1');
      await nothingCame(host, page);
    },
  },
  {
    name: 'the app’s own window is not taken for the frame’s',
    async run(stage) {
      const host = stage.host();
      const page = await stage.load();
      stage.speakToSelf(syn);
      await nothingCame(host, page);
    },
  },
  {
    name: 'a greeting of another frame takes nothing away from the page that is served',
    async run(stage) {
      const { losses } = stage.host({ handlers: { user: echo() } });
      const page = await stage.load();
      await greeted(page, 'nonce-1');
      const sibling = await stage.sibling();
      await sibling.run('greet', 'nonce-2');
      await passing(100);
      await page.run('say', { i: 'a', m: 'user', p: 'mine' });
      same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'mine' }]);
      same(losses, []);
    },
  },
  {
    name: 'a greeting replayed 20 times is answered once',
    async run(stage) {
      const { sessions } = stage.host();
      const page = await stage.load();
      for (let n = 0; n < 20; n += 1) await page.run('greet', 'nonce-1');
      await passing(150);
      same(sessions.length, 1, 'the number of sessions');
      same((await page.run<unknown[]>('acks')).length, 1, 'the number of acknowledgements');
    },
  },
  {
    name: 'an older greeting replayed does not take the port from the newer one',
    async run(stage) {
      const { sessions } = stage.host({ handlers: { user: echo() } });
      const page = await stage.load();
      await greeted(page, 'nonce-1');
      await greeted(page, 'nonce-2');
      await page.run('greet', 'nonce-1');
      await passing(100);
      await page.run('say', { i: 'a', m: 'user', p: 'new' });
      same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'new' }]);
      same(sessions.length, 2, 'the number of sessions');
    },
  },
  {
    name: 'the port of an older greeting is deaf',
    async run(stage) {
      let asked = 0;
      stage.host({
        handlers: {
          user: async () => {
            asked += 1;
          },
        },
      });
      const page = await stage.load();
      await greeted(page, 'nonce-1');
      await greeted(page, 'nonce-2');
      await page.run('sayOverFirst', { i: 'late', m: 'user' });
      await passing(100);
      same(asked, 0, 'the number of calls');
      same(await page.run('got'), [{ ev: 'closed', p: { reason: 'reloaded' } }]);
    },
  },
  {
    name: 'of 500 fresh greetings about ten are answered',
    async run(stage) {
      const { sessions, refusals } = stage.host();
      const page = await stage.load();
      await page.run('greetOften', 500);
      await until(() => refusals.length > 0, 'a refusal');
      await passing(200);
      same(sessions.length >= 10 && sessions.length <= 13, true, `${sessions.length} sessions: as wanted`);
      same(refusals.length <= 6, true, `${refusals.length} reports: as wanted`);
    },
  },
  {
    name: 'a foreign library in the frame gets nothing and breaks nothing',
    only: 'frames',
    async run(stage) {
      const { sessions, losses, refusals } = stage.host({ handlers: { user: echo() } });
      const page = await stage.load();
      await greeted(page, 'nonce-1');
      same(await page.run('penpal', 400), 'CONNECTION_TIMEOUT', 'its outcome');
      await page.run('say', { i: 'a', m: 'user', p: 'still' });
      same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'still' }]);
      same([sessions.length, losses, refusals], [1, [], []]);
    },
  },
];
