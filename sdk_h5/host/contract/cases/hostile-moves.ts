import { must, passing, same, until } from '../expect.js';
import type { Case, Host, Page, Stage } from '../stage.js';
import { gotOf, greeted, withPort } from './calls.js';
import { echo, endless, type Watched } from './handlers.js';

interface Talking {
  host: Host;
  page: Page;
  asked: Watched;
}

/** A page that shook hands while it loaded, has loaded, and waits for a person. */
async function talking(stage: Stage): Promise<Talking> {
  const asked = endless();
  const host = stage.host({ handlers: { user: echo(), 'ui.confirm': asked.handler } });
  const page = await stage.load({ slow: true });
  await greeted(page, 'nonce-1');
  await page.run('say', { i: 'question', m: 'ui.confirm' });
  await stage.finishLoading();
  await page.run('say', { i: 'a', m: 'user', p: 'still' });
  same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'still' }], 'what it gets after its own load');
  same(host.losses, [], 'the losses before it moves');
  return { host, page, asked };
}

export const HOSTILE_MOVES: readonly Case[] = [
  ...(['blank', 'data'] as const).map(
    (where): Case => ({
      name: `a page that goes to a ${where} page ends its conversation, and its questions`,
      async run(stage) {
        const { host, asked } = await talking(stage);
        await stage.leaveFor(where);
        await until(() => host.losses.length > 0, 'the loss');
        same([host.losses.length, asked.stops, host.sessions.length], [1, 1, 1]);
      },
    }),
  ),
  {
    name: 'a page that takes its frame to another origin ends its conversation, and that origin hears nothing',
    async run(stage) {
      const { host, asked } = await talking(stage);
      const foreign = await stage.load({ from: 'elsewhere' });
      await until(() => host.losses.length > 0, 'the loss');
      host.connection.emit('back');
      await passing(100);
      same(await foreign.run('onWindow'), 0, 'what the other origin heard');
      same([host.losses.length, asked.stops, host.sessions.length], [1, 1, 1]);
    },
  },
  {
    name: 'a greeting from another origin ends the conversation of the page before it, even one that loads for ever',
    async run(stage) {
      const { host } = await talking(stage);
      const foreign = await stage.load({ from: 'elsewhere', slow: true });
      await foreign.run('greet', 'nonce-2');
      await until(() => host.refusals.length === 1, 'the refusal');
      same([host.losses.length, host.sessions.length], [1, 1]);
      same(await foreign.run('onWindow'), 0, 'what the other origin heard');
    },
  },
  {
    name: 'a service that comes back after going elsewhere is served again',
    async run(stage) {
      const { host } = await talking(stage);
      await stage.load({ from: 'elsewhere' });
      const page = await stage.load();
      await greeted(page, 'nonce-3');
      await page.run('say', { i: 'a', m: 'user', p: 'back' });
      same(await gotOf(page, 'a'), [{ i: 'a', ok: 1, r: 'back' }]);
      same(host.sessions.length, 2, 'the number of sessions');
    },
  },
  {
    name: 'a port left with another frame of the service dies when its page goes elsewhere',
    async run(stage) {
      const { host, page } = await talking(stage);
      const keeper = await stage.sibling();
      await page.run('handOver', keeper.at);
      await until(async () => (await keeper.run<number>('onWindow')) === 1, 'the port');
      await keeper.run('say', { i: 'kept', m: 'user', p: 'kept' });
      same(await gotOf(keeper, 'kept'), [{ i: 'kept', ok: 1, r: 'kept' }], 'what the keeper gets before');
      await stage.leaveFor('blank');
      await until(() => host.losses.length > 0, 'the loss');
      same(host.losses, ['left'], 'the losses');
      await keeper.run('forget');
      await keeper.run('say', { i: 'later', m: 'user', p: 'kept' });
      await passing(150);
      same(await keeper.run('gotOf', 'later'), [], 'what the keeper gets after');
    },
  },
  {
    name: 'a port in a worker is served as the page is, and dies with the conversation',
    only: 'frames',
    async run(stage) {
      const { connection } = stage.host({ handlers: { user: echo() } });
      const page = await withPort(stage);
      await page.run('toWorker');
      const got = async (): Promise<unknown[]> => page.run('workerGot');
      await page.run('workerSays', { i: 'a', m: 'user', p: 'x' });
      await until(async () => (await got()).length === 1, 'the answer');
      same(await got(), [{ i: 'a', ok: 1, r: 'x' }]);
      connection.close();
      await until(async () => (await got()).length === 3, 'the goodbye');
      await page.run('workerSays', { i: 'b', m: 'user', p: 'y' });
      await passing(100);
      same((await got()).slice(1), [{ ev: 'unloaded' }, { ev: 'closed', p: { reason: 'closed' } }]);
    },
  },
  {
    name: 'nothing is heard of a page once the app closed',
    async run(stage) {
      let asked = 0;
      const host = stage.host({ handlers: { user: async () => (asked += 1) } });
      const page = await withPort(stage);
      host.connection.close();
      await page.run('say', { i: 'a', m: 'user' });
      await page.run('greet', 'nonce-2');
      await page.run('post', { ns: 'onecity', v: 1, t: 'syn', nonce: 'nonce-3' });
      await passing(150);
      same([asked, host.sessions.length], [0, 1]);
      must((await page.run<unknown[]>('acks')).length === 1, 'There was another acknowledgement.');
    },
  },
];
