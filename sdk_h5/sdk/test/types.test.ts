import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  Availability,
  CallInit,
  City,
  Context,
  Core,
  IntentResult,
  Question,
  QueuedState,
  Reason,
  Subscription,
  Token,
  Usable,
  User,
} from '../src/index.js';
import { CityError, city } from '../src/index.js';
import { city as core } from '../src/onecity-core.js';
import type { Fault, FromHost, Methods } from '../src/wire.js';

describe('the public types', () => {
  it('say what each call takes and brings', () => {
    expectTypeOf(city).toEqualTypeOf<City>();
    expectTypeOf(city.ready).returns.resolves.toEqualTypeOf<Context>();
    expectTypeOf(city.context).toEqualTypeOf<Context | null>();
    expectTypeOf(city.user).returns.resolves.toEqualTypeOf<User>();
    expectTypeOf(city.call).parameter(2).toEqualTypeOf<CallInit | undefined>();
    expectTypeOf(city.call).returns.resolves.toEqualTypeOf<Response>();
    expectTypeOf(city.ui.confirm).parameter(0).toEqualTypeOf<Question>();
    expectTypeOf(city.ui.confirm).returns.resolves.toEqualTypeOf<boolean>();
    expectTypeOf(city.ui.title).returns.resolves.toEqualTypeOf<void>();
    expectTypeOf(city.notify.subscribe).returns.resolves.toEqualTypeOf<Subscription>();
    expectTypeOf(city.canUse).parameter(0).toEqualTypeOf<unknown>();
    expectTypeOf(city.canUse).returns.toEqualTypeOf<Availability>();
  });

  it('give every listener the payload of its event', () => {
    type Theme = Parameters<Parameters<typeof city.on<'theme'>>[1]>[0];
    expectTypeOf<Theme>().toEqualTypeOf<{ mode: 'light' | 'dark' }>();
    expectTypeOf(city.on<'revoked'>)
      .parameter(1)
      .parameter(0)
      .toEqualTypeOf<{ reason: string }>();
    expectTypeOf(city.on).returns.toEqualTypeOf<() => void>();
    // @ts-expect-error there is no such event
    city.on('themes', () => {});
  });

  it('keep out what a call must not take', () => {
    // @ts-expect-error the SDK alone decides about cookies
    expectTypeOf<{ credentials: 'include' }>().toExtend<CallInit>();
    // @ts-expect-error a question has a title
    expectTypeOf<{ message: string }>().toExtend<Question>();
    // @ts-expect-error the context is the host's to change
    const change = (): null => (city.context = null);
    expect(change).toThrow(TypeError);
    expectTypeOf<{ json: unknown; signal: AbortSignal; deadline: number }>().toExtend<CallInit>();
  });

  it('narrow an availability by ok, and a host message by its member', () => {
    expectTypeOf<Extract<Availability, { ok: false }>['reason']>().toEqualTypeOf<Reason>();
    expectTypeOf<Extract<FromHost, { ok: 0 }>['e']>().toEqualTypeOf<Fault>();
    expectTypeOf<Methods['ui.confirm']['result']>().toEqualTypeOf<boolean>();
  });

  it('say what each of the newer calls takes and brings', () => {
    expectTypeOf(city.token).returns.resolves.toEqualTypeOf<Token>();
    expectTypeOf(city.storage.get).returns.resolves.toEqualTypeOf<unknown>();
    expectTypeOf(city.ui.sheet).returns.resolves.toEqualTypeOf<string | null>();
    expectTypeOf(city.ui.back).returns.toEqualTypeOf<() => void>();
    expectTypeOf(city.pickFile).returns.resolves.toEqualTypeOf<File[]>();
    expectTypeOf(city.takePhoto).returns.resolves.toEqualTypeOf<File | null>();
    expectTypeOf(city.intents.pay).returns.resolves.toEqualTypeOf<IntentResult | null>();
    expectTypeOf(city.rate).parameter(0).toEqualTypeOf<{ event: string; title?: string }>();
    expectTypeOf(city.queue.list).returns.resolves.toEqualTypeOf<QueuedState[]>();
    expectTypeOf(city.appearance).returns.toEqualTypeOf<() => void>();
    expectTypeOf<{ key: true; queue: { title: string } }>().toExtend<CallInit>();
    // @ts-expect-error what waits has a title
    expectTypeOf<{ queue: object }>().toExtend<CallInit>();
    // @ts-expect-error the app sends what was queued
    expectTypeOf(city.queue.add).toBeFunction();
  });

  it('let the bridge alone ask by the methods of the wire', () => {
    expectTypeOf(core).toEqualTypeOf<Core>();
    expectTypeOf(core.request<'scan'>).returns.resolves.toEqualTypeOf<{ text: string } | null>();
    expectTypeOf(core.request<'storage.get'>)
      .parameter(1)
      .toEqualTypeOf<{ key: string } | undefined>();
    // @ts-expect-error there is no such method
    expectTypeOf(() => core.request('scam')).toBeFunction();
    expectTypeOf(core.canUse).returns.toEqualTypeOf<Usable>();
  });

  it('let an error be told from others', () => {
    const error: unknown = new CityError('NETWORK', 'x', { retry: true });
    if (error instanceof CityError) expectTypeOf(error.retry).toEqualTypeOf<boolean>();
    expectTypeOf<CityError['hop']>().toEqualTypeOf<'client' | 'gateway' | 'upstream' | undefined>();
  });
});
