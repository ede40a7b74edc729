import type { FrameOptions } from '../../src/index.js';
import { failed, passing, same, until } from '../expect.js';
import type { Case, Outcome } from '../stage.js';
import { echo, endless } from './handlers.js';

const ASKED_HERE = ['ui.confirm', 'ui.sheet', 'location', 'notify.subscribe', 'consent.request', 'rate'];
const ASKED_AWAY = ['phone', 'share', 'scan', 'intent'];

/** A document that is hidden when it is told so. */
function document(): NonNullable<FrameOptions['document']> & { become(hidden: boolean): void } {
  const target = new EventTarget() as Document & { become(hidden: boolean): void };
  let hidden = false;
  Object.defineProperty(target, 'hidden', { get: () => hidden });
  target.become = (now) => {
    hidden = now;
    target.dispatchEvent(new Event('visibilitychange'));
  };
  return target;
}

export const PROMPTS: readonly Case[] = [
  {
    name: 'what waits for a person in front of the page ends with HIDDEN once it is hidden, and its dialog is told',
    async run(stage) {
      const asked = endless();
      const { connection } = stage.host({
        handlers: Object.fromEntries(ASKED_HERE.map((name) => [name, asked.handler])),
      });
      const page = await stage.load();
      const outcomes = Promise.all(ASKED_HERE.map((name) => page.run<Outcome>('ask', name, {})));
      await until(() => asked.calls === ASKED_HERE.length, 'all are asked');
      connection.hide();
      for (const outcome of await outcomes) failed(outcome, 'HIDDEN', { retry: true });
      same(asked.stops, ASKED_HERE.length, 'the number of stops');
    },
  },
  {
    name: 'the app’s own document hides the page in it',
    async run(stage) {
      const [asked, shown] = [endless(), document()];
      stage.host({ handlers: { 'ui.confirm': asked.handler }, document: shown });
      const page = await stage.load();
      const outcome = page.run<Outcome>('ask', 'ui.confirm', {});
      await until(() => asked.calls === 1, 'the question');
      shown.become(true);
      failed(await outcome, 'HIDDEN', { retry: true });
    },
  },
  {
    name: 'the event hidden does as hide does',
    async run(stage) {
      const asked = endless();
      const { connection } = stage.host({ handlers: { 'ui.confirm': asked.handler } });
      const page = await stage.load();
      await page.run('listen', 'hidden');
      const outcome = page.run<Outcome>('ask', 'ui.confirm', {});
      await until(() => asked.calls === 1, 'the question');
      connection.emit('hidden');
      failed(await outcome, 'HIDDEN', { retry: true });
      same(await page.run('heard'), [['hidden', null]]);
    },
  },
  {
    name: 'a question is not even put while the page is hidden, and is once it is shown',
    async run(stage) {
      let asked = 0;
      const confirm = async (): Promise<boolean> => {
        asked += 1;
        return true;
      };
      const { connection } = stage.host({ handlers: { 'ui.confirm': confirm } });
      const page = await stage.load();
      await page.run('ready');
      connection.hide();
      failed(await page.run<Outcome>('ask', 'ui.confirm', {}), 'HIDDEN', { retry: true });
      same(asked, 0, 'the number of questions');
      connection.show();
      same(await page.run('ask', 'ui.confirm', {}), { value: true });
    },
  },
  {
    name: 'hiding ends nothing that does not wait for a person',
    async run(stage) {
      const { connection } = stage.host({ handlers: { user: echo(120), 'storage.set': echo(120) } });
      const page = await stage.load();
      await page.run('ready');
      const outcomes = Promise.all(['user', 'storage.set'].map((name) => page.run<Outcome>('ask', name, name)));
      await passing(40);
      connection.hide();
      same(await outcomes, [{ value: 'user' }, { value: 'storage.set' }]);
    },
  },
  {
    name: 'hiding ends nothing that itself leads away from the page',
    async run(stage) {
      const answered = Object.fromEntries(ASKED_AWAY.map((name) => [name, echo(120)]));
      const { connection } = stage.host({ handlers: answered });
      const page = await stage.load();
      await page.run('ready');
      const outcomes = Promise.all(ASKED_AWAY.map((name) => page.run<Outcome>('ask', name, name)));
      await passing(40);
      connection.emit('hidden');
      same(
        await outcomes,
        ASKED_AWAY.map((value) => ({ value })),
      );
    },
  },
  {
    name: 'a dialog that does not listen is left behind: its late answer goes nowhere',
    async run(stage) {
      const { connection } = stage.host({ handlers: { 'ui.confirm': echo(80) } });
      const page = await stage.load();
      await page.run('ready');
      const outcome = page.run<Outcome>('ask', 'ui.confirm', 'first');
      await passing(30);
      connection.hide();
      failed(await outcome, 'HIDDEN');
      connection.show();
      same(await page.run('ask', 'ui.confirm', 'second'), { value: 'second' });
    },
  },
];
