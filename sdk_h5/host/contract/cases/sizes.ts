import { BridgeError } from '../../src/index.js';
import { failed, must, same } from '../expect.js';
import type { Case, Outcome } from '../stage.js';
import { echo, endless } from './handlers.js';

const heavy = 'x'.repeat(1_048_577);

export const SIZES: readonly Case[] = [
  {
    name: 'arguments of more than a megabyte are refused before the handler sees them',
    async run(stage) {
      const asked = endless();
      stage.host({ handlers: { 'ui.toast': asked.handler } });
      const page = await stage.load();
      failed(await page.run<Outcome>('askWith', 'a text'), 'TOO_LARGE', { retry: false });
      same(asked.calls, 0, 'the number of calls');
    },
  },
  {
    name: 'arguments of a little less pass, and a cycle counts once',
    async run(stage) {
      stage.host({ handlers: { 'ui.toast': async (params) => (params as { text: string }).text.length } });
      const page = await stage.load();
      same(await page.run('askWith', 'a megabyte less a little'), { value: 1_048_000 });
      same(await page.run('askWith', 'cycle'), { value: 5 });
    },
  },
  {
    name: 'an answer of more than a megabyte is a failure, not silence',
    async run(stage) {
      stage.host({ handlers: { user: async () => ({ heavy }), 'ui.toast': echo() } });
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'user'), 'TOO_LARGE', { retry: false });
      same(await page.run('ask', 'ui.toast', 'next'), { value: 'next' });
    },
  },
  {
    name: 'a part of more than a megabyte is a failure, not silence',
    async run(stage) {
      stage.host({ handlers: { user: async (_, { part }) => part(heavy) } });
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'user'), 'TOO_LARGE', { retry: false });
    },
  },
  {
    name: 'a refusal with very many words is cut short',
    async run(stage) {
      stage.host({ handlers: { user: () => Promise.reject(new BridgeError('too-long', heavy)) } });
      const page = await stage.load();
      const outcome = await page.run<Outcome>('ask', 'user');
      failed(outcome, 'too-long');
      same(outcome.error?.message.length, 2_000, 'the length of the message');
    },
  },
  {
    name: 'a file may be as large as it is: it is handed over, not copied',
    async run(stage) {
      stage.host({ handlers: { scan: async () => ({ photo: new Blob([heavy, heavy]) }) } });
      const page = await stage.load();
      const { value } = (await page.run<Outcome>('ask', 'scan')) as { value: { photo: Blob } };
      must(value.photo instanceof Blob, 'It is no blob.');
      same(value.photo.size, 2 * heavy.length, 'the size');
    },
  },
  {
    name: 'an event of more than a megabyte is thrown back at the app, and the page goes on',
    async run(stage) {
      const { connection } = stage.host({ handlers: { user: echo() } });
      const page = await stage.load();
      await page.run('ready');
      let code = '';
      try {
        connection.emit('revoked', { reason: heavy });
      } catch (error) {
        code = (error as BridgeError).code;
      }
      same(code, 'TOO_LARGE', 'the code');
      same(await page.run('ask', 'user', 'next'), { value: 'next' });
    },
  },
];
