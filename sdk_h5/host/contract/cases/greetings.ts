import { mockHost } from '../../src/mock.js';
import { failed, must, passing, same, until } from '../expect.js';
import type { Case, Outcome } from '../stage.js';

interface Ack {
  data: { nonce: string; session: string; caps: string[]; limits: unknown };
  ports: number;
}

export const GREETINGS: readonly Case[] = [
  {
    name: 'a page gets the context of the host that listened before it',
    async run(stage) {
      const { sessions } = stage.host();
      const page = await stage.load();
      same((await page.run<Outcome>('ready')).value, mockHost().context(), 'the context');
      same(sessions.length, 1, 'the number of sessions');
    },
  },
  {
    name: 'a host that starts late finds the page that waits for it',
    async run(stage) {
      const page = await stage.load();
      const ready = page.run<Outcome>('ready');
      await passing(120);
      const { sessions } = stage.host();
      same((await ready).value, mockHost().context(), 'the context');
      same(sessions.length, 1, 'the number of sessions');
    },
  },
  {
    name: 'a page that asks late is answered',
    async run(stage) {
      stage.host();
      const page = await stage.load();
      await passing(300);
      same(((await page.run<Outcome>('ask', 'user')).value as { sub: string }).sub, 'mock-resident');
    },
  },
  {
    name: 'the first call shakes hands by itself, and all together do it once',
    async run(stage) {
      const { sessions } = stage.host();
      const page = await stage.load();
      const outcomes = await page.run<Outcome[]>('askAll', 'user', [0, 1, 2, 3]);
      must(
        outcomes.every(({ error }) => !error),
        'A call failed.',
      );
      await page.run('ready');
      same(sessions.length, 1, 'the number of sessions');
    },
  },
  {
    name: 'a greeting repeated is answered once, with exactly one port',
    async run(stage) {
      stage.host();
      const page = await stage.load();
      for (let n = 0; n < 6; n += 1) await page.run('greet', 'nonce-1');
      await until(async () => (await page.run<Ack[]>('acks')).length > 0, 'an acknowledgement');
      await passing(100);
      const acks = await page.run<Ack[]>('acks');
      same(
        acks.map(({ ports }) => ports),
        [1],
        'the ports of the acknowledgements',
      );
      same(acks[0]?.data.nonce, 'nonce-1', 'the nonce');
      must(/^[0-9a-f-]{36}$/.test(acks[0]?.data.session ?? ''), 'The session has no name.');
      same(acks[0]?.data.limits, { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 }, 'the limits');
    },
  },
  {
    name: 'an acknowledgement names every method of the host, and no other',
    async run(stage) {
      stage.host({ handlers: { user: async () => 1, 'ui.toast': async () => undefined } });
      const page = await stage.load();
      await page.run('greet', 'nonce-1');
      await until(async () => (await page.run<Ack[]>('acks')).length > 0, 'an acknowledgement');
      same((await page.run<Ack[]>('acks'))[0]?.data.caps, ['user', 'ui.toast'], 'the capabilities');
    },
  },
  {
    name: 'a page loaded anew gets a session of its own, and sees the present',
    async run(stage) {
      let elder = false;
      const host = stage.host({ context: () => ({ ...mockHost().context(), elder }) });
      const first = await stage.load();
      await first.run('ready');
      elder = true;
      const second = await stage.load();
      same((await second.run<Outcome>('ready')).value, { ...mockHost().context(), elder: true }, 'the context');
      same(new Set(host.sessions).size, 2, 'the number of sessions');
      same(host.losses.length, 1, 'the number of losses');
      must(!(await second.run<Outcome>('ask', 'user')).error, 'The new page is not served.');
    },
  },
  {
    name: 'a second copy of the SDK in a page takes over from the first',
    async run(stage) {
      const { losses } = stage.host({
        handlers: { user: async () => 'fine', 'ui.confirm': () => new Promise(() => {}) },
      });
      const page = await stage.load();
      await page.run('ready');
      const pending = page.run<Outcome>('ask', 'ui.confirm', { title: '?' });
      await passing();
      await page.run('anew');
      same((await page.run<Outcome>('ask', 'user')).value, 'fine');
      failed(await pending, 'HOST_GONE');
      same(losses, ['reloaded'], 'the losses');
    },
  },
  {
    name: 'a page without a host hears after three seconds that it is silent, and may try again',
    when: 'at once',
    async run(stage) {
      const page = await stage.load();
      const began = performance.now();
      failed(await page.run<Outcome>('ready'), 'HOST_SILENT', { retry: true });
      const took = performance.now() - began;
      must(took > 2_900 && took < 6_000, `It took ${took} ms.`);
      stage.host();
      must(!(await page.run<Outcome>('ready')).error, 'The second try failed.');
    },
  },
  {
    name: 'a page may wait less than three seconds',
    async run(stage) {
      const page = await stage.load();
      failed(await page.run<Outcome>('ready', { deadline: 50 }), 'TIMEOUT', { retry: true });
      failed(await page.run<Outcome>('ready', { abortAfter: 50 }), 'ABORTED');
    },
  },
  {
    name: 'what a page can use is known before and after the handshake',
    async run(stage) {
      stage.host({ handlers: { user: async () => 1 } });
      const page = await stage.load();
      same(await page.run('canUse', 'user'), { ok: false, reason: 'not-ready', since: '1.0.0' });
      await page.run('ready');
      same(await page.run('canUse', 'user'), { ok: true, since: '1.0.0' });
      same(await page.run('canUse', 'ui.confirm'), { ok: false, reason: 'unsupported', since: '1.0.0' });
      same(await page.run('canUse', 'nothing'), { ok: false, reason: 'unknown' });
    },
  },
  {
    name: 'asking what can be used never throws, whatever is asked',
    async run(stage) {
      stage.host();
      const page = await stage.load();
      for (const answer of await page.run<unknown[]>('canUseAnything')) same(answer, { ok: false, reason: 'unknown' });
    },
  },
  {
    name: 'a context that cannot be copied is the app’s own fault, and told to the app',
    async run(stage) {
      const broken = () => ({ ...mockHost().context(), launch: { path: (() => '/') as never } });
      const { errors, sessions } = stage.host({ context: broken });
      const page = await stage.load();
      failed(await page.run<Outcome>('ready', { deadline: 300 }), 'TIMEOUT');
      same([errors.length, sessions.length], [1, 0], 'errors and sessions');
    },
  },
];
