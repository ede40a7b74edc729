import { afterEach, describe, expect, it } from 'vitest';
import { installNativeApp, type NativeHandler, type NativeOptions } from '../../src/outside/doubles/native.js';
import { CONTEXT } from '../acks.js';
import { closeAll, define, enter, room, until } from './room.js';

afterEach(closeAll);

class Refused extends Error {
  readonly retry = true;
  readonly code = 'HIDDEN';
}

const HANDLERS: Record<string, NativeHandler> = {
  user: async () => ({ sub: 'pairwise', loa: 2 }),
  'ui.toast': async () => undefined,
  echo: async (params) => params,
  slow: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))),
  parts: async (_, { part }) => {
    part('half');
    return 'whole';
  },
  broken: async () => {
    throw new Error('a path on this device');
  },
  scan: async () => {
    throw new Refused('The app went to the background.');
  },
};

function inApp(options: Partial<NativeOptions> = {}) {
  const it = room();
  return { it, app: installNativeApp(it.here, { context: CONTEXT, handlers: HANDLERS, ...options }) };
}

describe.each(['ios', 'android'] as const)('in a native app on %s', (system) => {
  it('has the app’s own context and methods', async () => {
    const { it, app } = inApp({ system });
    const { ack } = await enter(it);
    expect(ack.context).toEqual(CONTEXT);
    expect(ack.caps).toEqual(Object.keys(HANDLERS));
    expect(app.heard).toHaveLength(1);
  });

  it('asks it and has its answers, each its own', async () => {
    const { it } = inApp({ system });
    const { ask } = await enter(it);
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    const answers = Promise.all(numbers.map((number) => ask('echo', { number })));
    await expect(answers).resolves.toEqual(numbers.map((number) => ({ number })));
    await expect(ask('ui.toast', { text: '好' })).resolves.toBeUndefined();
  });

  it('hears its events and the pieces of answers', async () => {
    const { it, app } = inApp({ system });
    const { ask, events, frames } = await enter(it);
    app.emit('theme', { mode: 'dark' });
    await expect(ask('parts')).resolves.toBe('whole');
    expect(events).toEqual([['theme', { mode: 'dark' }]]);
    expect(frames.map(({ part }) => part)).toContain('half');
  });

  it.each([
    ['nowhere', { code: 'UNSUPPORTED' }],
    ['broken', { code: 'INTERNAL', message: 'The app could not do this.' }],
    ['scan', { code: 'HIDDEN', retry: true }],
  ])('is refused %s in the app’s words', async (method, refusal) => {
    const { it } = inApp({ system });
    const { ask } = await enter(it);
    await expect(ask(method)).rejects.toMatchObject(refusal);
  });

  it('can give up, and hears nothing more of it', async () => {
    const { it, app } = inApp({ system });
    const { ask, frames } = await enter(it);
    const stop = new AbortController();
    ask('slow', undefined, stop.signal);
    await until(() => app.heard.length === 2);
    stop.abort();
    await until(() => app.heard.some((text) => text.includes('"cancel":1')));
    await expect(ask('echo', 1)).resolves.toBe(1);
    expect(frames.filter(({ ok }) => ok !== undefined)).toHaveLength(1);
  });

  it('hears that it leaves', async () => {
    const { it, app } = inApp({ system });
    const { events } = await enter(it);
    app.close();
    await until(() => events.length === 1);
    expect(events[0]?.[0]).toBe('closed');
  });

  it('takes an app that cannot be spoken to for gone', async () => {
    const { it, app } = inApp({ system });
    const { ask, events } = await enter(it);
    app.die();
    ask('echo', 1);
    await until(() => events.length === 1);
    expect(events[0]?.[0]).toBe('closed');
  });
});

describe('the frames to a native app', () => {
  it('are texts with the session of this page', async () => {
    const { it, app } = inApp();
    const { ask } = await enter(it);
    await ask('echo', { 名: '张三' });
    const [syn, call] = app.heard.map((text) => JSON.parse(text));
    expect(syn).toMatchObject({ ns: 'onecity', v: 1, t: 'syn', nonce: expect.any(String) });
    expect(call).toMatchObject({ m: 'echo', p: { 名: '张三' }, s: expect.any(String), i: expect.any(String) });
  });

  it('that JSON cannot say are refused, and the app hears nothing of them', async () => {
    const { it, app } = inApp();
    const { ask } = await enter(it);
    await expect(ask('echo', 10n)).rejects.toMatchObject({ code: 'NOT_CLONEABLE' });
    expect(app.heard).toHaveLength(1);
  });

  it('of another session are dropped on this side', async () => {
    const { it } = inApp();
    const { ask, events } = await enter(it);
    it.here.onecityNativeReceive?.({ ev: 'closed', p: null, s: 'of the page before' });
    it.here.onecityNativeReceive?.({ ev: 'closed', p: null });
    it.here.onecityNativeReceive?.(null);
    await expect(ask('echo', 1)).resolves.toBe(1);
    expect(events).toEqual([]);
  });

  it('of another session are dropped on that side', async () => {
    const { it, app } = inApp();
    await enter(it);
    it.here.webkit?.messageHandlers?.onecity?.postMessage('{"i":"1","m":"echo","s":"guessed"}');
    it.here.webkit?.messageHandlers?.onecity?.postMessage('no json');
    const { ask } = await enter(it);
    await expect(ask('echo', 2)).resolves.toBe(2);
    expect(app.heard).toContain('no json');
  });

  it('go to a page that loads anew, and to the one before no more', async () => {
    const { it } = inApp();
    const before = await enter(it);
    before.ask('slow').catch(() => {});
    const after = await enter(it);
    await expect(after.ask('echo', 1)).resolves.toBe(1);
    expect(before.frames).toEqual([]);
  });
});

describe('the double of an app', () => {
  it('holds a page to what a real app holds it to', async () => {
    const { it } = inApp();
    const { ask } = await enter(it);
    for (let number = 0; number < 32; number += 1) ask('slow').catch(() => {});
    await expect(ask('echo', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED', retry: true });
  });

  it('drops what is too large, is no handshake of ours, or names no call', async () => {
    const { it, app } = inApp();
    const { ask, frames } = await enter(it);
    const door = it.here.webkit?.messageHandlers?.onecity;
    const session = JSON.parse(app.heard[0] ?? '').nonce;
    for (const frame of [{ t: 'syn', ns: 'other' }, { t: 'syn' }, { m: 'echo', s: session }, { i: '1', m: 'echo' }])
      door?.postMessage(JSON.stringify(frame));
    door?.postMessage(JSON.stringify({ i: '2', m: 'echo', s: session, p: 'x'.repeat(1_048_576) }));
    await expect(ask('echo', 1)).resolves.toBe(1);
    expect(frames).toHaveLength(1);
  });
});

describe('a native app that does not answer', () => {
  it('rejects at once when its handler throws', async () => {
    const it = room();
    const door = {
      postMessage: () => {
        throw new Error('gone');
      },
    };
    define(it.here, { webkit: { messageHandlers: { onecity: door } } });
    await expect(enter(it)).rejects.toThrow('gone');
  });

  it.each([
    ['another nonce', { nonce: 'guessed' }],
    ['no session', { session: '' }],
    ['no methods', { caps: undefined }],
    ['no context', { context: null }],
  ])('is not believed with %s', async (_, wrong) => {
    const it = room();
    const postMessage = (text: string): void => {
      const { nonce } = JSON.parse(text);
      const ack = { ns: 'onecity', v: 1, t: 'ack', nonce, session: 's', context: CONTEXT, caps: ['user'] };
      it.here.onecityNativeReceive?.({ ...ack, ...wrong });
      it.here.onecityNativeReceive?.({ ...ack, caps: ['user', 'the true one'] });
    };
    define(it.here, { webkit: { messageHandlers: { onecity: { postMessage } } } });
    expect((await enter(it)).ack.caps).toContain('the true one');
  });
});
