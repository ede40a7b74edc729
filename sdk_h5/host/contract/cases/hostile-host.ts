import { failed, must, passing, same, until } from '../expect.js';
import type { Case, Outcome, Stage } from '../stage.js';
import { ackFor } from './endings.js';

interface Call {
  i: string;
  m?: string;
  p?: unknown;
  cancel?: 1;
}

type Answering = (call: Call, port: MessagePort) => void;

/** An app that shakes hands as it should, and then does as it likes. */
function impostor(stage: Stage, answer: Answering, more: object = {}): void {
  const answered = new Set<string>();
  stage.impostor((data, post) => {
    const { nonce } = data as { nonce: string };
    if (answered.has(nonce)) return;
    answered.add(nonce);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: call }) => answer(call, port1);
    post(ackFor(data, more), [port2]);
  });
}

const well: Answering = ({ i, m, p }, port) => m && port.postMessage({ i, ok: 1, r: p ?? 'fine' });

/** An app whose acknowledgement is none. */
const NO_ACKS: readonly [name: string, ack: (syn: unknown) => [data: unknown, ports: number]][] = [
  ['another nonce', (syn) => [ackFor(syn, { nonce: 'guessed' }), 1]],
  ['no port', (syn) => [ackFor(syn), 0]],
  ['two ports', (syn) => [ackFor(syn), 2]],
  ['another version', (syn) => [ackFor(syn, { v: 2 }), 1]],
  ['another name space', (syn) => [ackFor(syn, { ns: 'penpal' }), 1]],
  ['no context', (syn) => [ackFor(syn, { context: null }), 1]],
  ['a context without a service', (syn) => [ackFor(syn, { context: { launch: {}, elder: false } }), 1]],
  ['capabilities that are no list', (syn) => [ackFor(syn, { caps: { user: true } }), 1]],
  ['everything in __proto__', (syn) => [JSON.parse(`{"__proto__": ${JSON.stringify(ackFor(syn))}}`), 1]],
];

/** What is no answer to the call `i`. */
const NO_ANSWERS: readonly [name: string, forged: (i: string) => unknown][] = [
  ['an id that nobody asked with', () => ({ i: 'forged', ok: 1, r: 'evil' })],
  ['a number for an id', () => ({ i: 7, ok: 1, r: 'evil' })],
  ['an id by prototype', (i) => JSON.parse(`{"__proto__": {"i": "${i}", "ok": 1, "r": "evil"}}`)],
  ['ok that is true', (i) => ({ i, ok: true, r: 'evil' })],
  ['ok that is a text', (i) => ({ i, ok: '1', r: 'evil' })],
  ['ok that is 2', (i) => ({ i, ok: 2, r: 'evil' })],
  ['ok that is not a number', (i) => ({ i, ok: Number.NaN, r: 'evil' })],
  ['no object', () => 'evil'],
  ['nothing', () => null],
  ['a list', (i) => [i, 1, 'evil']],
  ['a second acknowledgement', (i) => ackFor({ nonce: i })],
];

const NO_LIMITS: readonly [name: string, limits: unknown][] = [
  ['nothing', null],
  ['a text', 'x'],
  ['empty', {}],
  ['not a number', { inFlight: Number.NaN }],
  ['without end', { inFlight: Number.POSITIVE_INFINITY }],
];

export const HOSTILE_HOST: readonly Case[] = [
  ...NO_ACKS.map(
    ([name, ack]): Case => ({
      name: `an acknowledgement with ${name} is none`,
      when: 'at once',
      async run(stage) {
        stage.impostor((data, post) => {
          const [message, ports] = ack(data);
          post(
            message,
            Array.from({ length: ports }, () => new MessageChannel().port1),
          );
        });
        const page = await stage.load();
        failed(await page.run<Outcome>('ready'), 'HOST_SILENT', { retry: true });
      },
    }),
  ),
  {
    name: 'an acknowledgement from a window that is not above is none',
    when: 'at once',
    async run(stage) {
      const [page, sibling] = [await stage.load(), await stage.sibling()];
      const nonces: string[] = [];
      stage.impostor((data) => {
        nonces.push((data as { nonce: string }).nonce);
        void sibling.run('postToFrame', page.at, ackFor(data));
      });
      failed(await page.run<Outcome>('ready'), 'HOST_SILENT', { retry: true });
      await until(async () => (await page.run<unknown[]>('acks')).length > 0, 'the forgery to arrive');
      must(nonces.length > 1, 'The page asked once.');
    },
  },
  ...NO_ANSWERS.map(
    ([name, forged]): Case => ({
      name: `${name} is no answer`,
      async run(stage) {
        impostor(stage, ({ i }, port) => {
          port.postMessage(forged(i));
          port.postMessage({ i, ok: 1, r: 'good' });
        });
        const page = await stage.load();
        same(await page.run('ask', 'user', {}, { deadline: 2_000 }), { value: 'good' });
      },
    }),
  ),
  {
    name: 'of two answers the first counts',
    async run(stage) {
      impostor(stage, ({ i }, port) => {
        port.postMessage({ i, ok: 1, r: 'first' });
        port.postMessage({ i, ok: 0, e: { code: 'X', message: 'second', retry: false } });
      });
      const page = await stage.load();
      same(
        await page.run('askAll', 'user', [1, 2, 3]),
        [1, 2, 3].map(() => ({ value: 'first' })),
      );
    },
  },
  {
    name: 'parts and answers after the end are heard by nobody',
    async run(stage) {
      const ended: string[] = [];
      impostor(stage, ({ i, p }, port) => {
        for (const old of ended) {
          port.postMessage({ i: old, part: 'late' });
          port.postMessage({ i: old, ok: 1, r: 'late' });
        }
        ended.push(i);
        port.postMessage({ i, ok: 1, r: p });
      });
      const page = await stage.load();
      for (const n of [1, 2, 3]) same(await page.run('ask', 'user', n), { value: n });
    },
  },
  {
    name: 'a failure without a reason, or with a strange one, is readable all the same',
    async run(stage) {
      const strange = [undefined, null, 'no', { code: 5, message: {}, retry: 'yes', hop: 'moon', reference: 1 }];
      impostor(stage, ({ i, p }, port) => port.postMessage({ i, ok: 0, e: strange[p as number] }));
      const page = await stage.load();
      for (const outcome of await page.run<Outcome[]>('askAll', 'user', [0, 1, 2, 3])) {
        failed(outcome, 'INTERNAL', { name: 'CityError', retry: false });
        must(typeof outcome.error?.message === 'string', 'It has no words.');
      }
    },
  },
  {
    name: 'a poisoned context and a poisoned answer poison nothing',
    async run(stage) {
      const poison = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
      const { context } = ackFor({ nonce: '' }) as { context: object };
      impostor(stage, ({ i }, port) => port.postMessage({ i, ok: 1, r: poison }), {
        context: { ...context, ...poison },
      });
      const page = await stage.load();
      must(!(await page.run<Outcome>('ready')).error, 'It is not ready.');
      await page.run('ask', 'user');
      same(await page.run('polluted'), false, 'whether the page is poisoned');
    },
  },
  {
    name: 'a hundred thousand capabilities, among them nonsense, do no harm',
    async run(stage) {
      const caps = [...Array.from({ length: 100_000 }, (_, n) => `cap-${n}`), null, 7, {}, '__proto__', 'user'];
      impostor(stage, well, { caps });
      const page = await stage.load();
      same(await page.run('ask', 'user', 'x', { deadline: 5_000 }), { value: 'x' });
      same(await page.run('canUse', 'ui.title'), { ok: false, reason: 'unsupported', since: '1.0.0' });
    },
  },
  ...NO_LIMITS.map(
    ([name, limits]): Case => ({
      name: `limits that are ${name} leave every call to settle`,
      async run(stage) {
        impostor(stage, well, { limits });
        const page = await stage.load();
        const outcomes = await page.run<Outcome[]>('askAll', 'user', [1, 2, 3], { deadline: 2_000 });
        same(outcomes, [{ value: 1 }, { value: 2 }, { value: 3 }]);
      },
    }),
  ),
  {
    name: 'an app that says that it takes no call at all is asked all the same, one at a time',
    async run(stage) {
      impostor(stage, well, { limits: { inFlight: 0 } });
      const page = await stage.load();
      const outcomes = await page.run<Outcome[]>('askAll', 'user', [1, 2], { deadline: 2_000 });
      same(outcomes, [{ value: 1 }, { value: 2 }]);
    },
  },
  {
    name: 'an app that never answers runs into the deadline',
    async run(stage) {
      impostor(stage, () => {});
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'user', {}, { deadline: 80 }), 'TIMEOUT', { retry: true });
    },
  },
  {
    name: 'an app that always says it is too much runs into the deadline',
    async run(stage) {
      const e = { code: 'RATE_LIMITED', message: 'No.', retry: true };
      impostor(stage, ({ i, m }, port) => m && port.postMessage({ i, ok: 0, e }));
      const page = await stage.load();
      failed(await page.run<Outcome>('ask', 'user', {}, { deadline: 400 }), 'TIMEOUT', { retry: true });
    },
  },
  {
    name: 'an app that says goodbye in the middle of a call settles all that are pending, once',
    async run(stage) {
      impostor(stage, ({ i }, port) => {
        port.postMessage({ ev: 'closed', p: null });
        port.postMessage({ i, ok: 1, r: 'too late' });
        port.postMessage({ ev: 'closed', p: {} });
      });
      const page = await stage.load();
      for (const outcome of await page.run<Outcome[]>('askAll', 'ui.confirm', [1, 2, 3])) failed(outcome, 'HOST_GONE');
    },
  },
  {
    name: 'events of no known form are heard by nobody',
    async run(stage) {
      impostor(stage, ({ i }, port) => {
        const nonsense = [
          { ev: 'elder', p: { on: 'yes' } },
          { ev: 'elder', p: null },
          { ev: 'elder', p: JSON.parse('{"__proto__": {"on": true}}') },
          { ev: 'theme', p: { mode: 'neon' } },
          { ev: 'locale', p: { locale: '__proto__' } },
          { ev: '__proto__', p: {} },
          { ev: 'constructor', p: {} },
          { ev: 7, p: {} },
        ];
        for (const event of nonsense) port.postMessage(event);
        port.postMessage({ ev: 'elder', p: { on: true } });
        port.postMessage({ i, ok: 1, r: 'fine' });
      });
      const page = await stage.load();
      await page.run('listen', 'elder', 'theme', 'locale', '__proto__', 'constructor');
      await page.run('ask', 'user');
      await passing(30);
      same(await page.run('heard'), [['elder', { on: true }]]);
    },
  },
  {
    name: 'ten thousand answers to nobody do not keep the page from its own',
    async run(stage) {
      impostor(stage, ({ i, p }, port) => {
        for (let n = 0; n < 10_000; n += 1) port.postMessage({ i: `nobody-${n}`, ok: 1, r: 'evil' });
        port.postMessage({ i, ok: 1, r: p });
      });
      const page = await stage.load();
      same(await page.run('ask', 'user', 'mine', { deadline: 10_000 }), { value: 'mine' });
    },
  },
];
