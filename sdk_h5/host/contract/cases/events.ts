import { passing, same, until } from '../expect.js';
import type { Case, Page } from '../stage.js';

async function heard(page: Page, count: number): Promise<unknown> {
  await until(async () => (await page.run<unknown[]>('heard')).length >= count, `${count} events`);
  return page.run('heard');
}

export const EVENTS: readonly Case[] = [
  {
    name: 'events reach the page with what they carry, in order',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      const a11y = { reducedMotion: true, moreContrast: false, textScale: 1.5 };
      await page.run('listen', 'elder', 'hidden', 'shown', 'back', 'a11y', 'release.revoked');
      await page.run('ready');
      connection.emit('elder', { on: true });
      connection.emit('hidden');
      connection.emit('shown');
      connection.emit('back');
      connection.emit('a11y', a11y);
      connection.emit('release.revoked', { reason: 'withdrawn' });
      const wanted = [
        ['elder', { on: true }],
        ['hidden', null],
        ['shown', null],
        ['back', null],
        ['a11y', a11y],
        ['release.revoked', { reason: 'withdrawn' }],
      ];
      same(await heard(page, 6), wanted);
    },
  },
  {
    name: 'the context of the page follows the events',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      await page.run('ready');
      connection.emit('theme', { mode: 'dark' });
      connection.emit('locale', { locale: 'en' });
      connection.emit('elder', { on: true });
      const now = () => page.run<{ theme: string; locale: string; elder: boolean }>('context');
      await until(async () => (await now()).elder, 'the elder mode');
      const { theme, locale } = await now();
      same([theme, locale], ['dark', 'en']);
    },
  },
  {
    name: 'an event before the handshake is not kept for later',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      await page.run('listen', 'back', 'shown');
      connection.emit('back');
      await page.run('ready');
      connection.emit('shown');
      same(await heard(page, 1), [['shown', null]]);
    },
  },
  {
    name: 'events go to the page that is in the frame now',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      await page.run('listen', 'back');
      await page.run('ready');
      await page.run('anew');
      await page.run('ready');
      connection.emit('back');
      await passing(80);
      same(await page.run('heard'), []);
    },
  },
  {
    name: 'a page that is closed hears that it is unloaded, and no more',
    async run(stage) {
      const { connection } = stage.host();
      const page = await stage.load();
      await page.run('listen', 'unloaded', 'back');
      await page.run('ready');
      connection.close();
      connection.emit('back');
      connection.close();
      same(await heard(page, 1), [['unloaded', null]]);
      await passing(50);
      same(await page.run('heard'), [['unloaded', null]]);
    },
  },
];
