import { describe, expect, it } from 'vitest';
import { BridgeError, readQuestion, readText, readTopic } from '../src/index.js';
import { mockHost } from '../src/mock.js';
import { bothSides } from './stage.js';

describe('the mock host', () => {
  it('gives a made-up resident, token and context, each overridable in part', async () => {
    const { context } = mockHost({ context: { locale: 'en', elder: true } });
    expect(context()).toMatchObject({ locale: 'en', elder: true, theme: 'light', host: { name: 'mock' } });
    const { city } = bothSides({ handlers: mockHost({ user: { name: '李*' } }).handlers });
    await expect(city.user()).resolves.toEqual({ sub: 'mock-resident', name: '李*', phone: '138****0001', loa: 2 });
  });

  it('remembers what the page asked', async () => {
    const mock = mockHost();
    const { city } = bothSides({ handlers: mock.handlers });
    await city.ui.toast('好');
    expect(mock.calls).toEqual([{ method: 'ui.toast', params: { text: '好' } }]);
  });

  it('fails on demand', async () => {
    const refuse = () => Promise.reject(new BridgeError('level-too-low', 'Prove who you are.', { hop: 'gateway' }));
    const { city } = bothSides({ handlers: mockHost({ handlers: { token: refuse } }).handlers });
    await expect(city.call('appointments', '/sites')).rejects.toMatchObject({ code: 'level-too-low', hop: 'gateway' });
  });

  it('is as slow as it is told to be, and stops waiting with its caller', async () => {
    const { city } = bothSides({ handlers: mockHost({ delay: 60 }).handlers });
    await city.ready();
    const started = performance.now();
    await city.user();
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
    await expect(city.user({ deadline: 10 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([undefined, {}, { text: '' }, { text: '  ' }, { text: 5 }, { text: 'x'.repeat(501) }, null, 'text'])(
    'refuses the text %j as a host should',
    (params) => {
      expect(() => readText(params)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );

  it.each([
    {},
    { title: 1 },
    { title: 'x', ok: 1 },
    { title: 'x', message: {} },
    { title: 'x', cancel: 'y'.repeat(501) },
  ])('refuses the question %j as a host should', (params) => {
    expect(() => readQuestion(params)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('keeps of a question only its texts', () => {
    const asked = { title: 't', message: 'm', ok: 'o', cancel: 'c', html: '<b>' };
    expect(readQuestion(asked)).toEqual({ title: 't', message: 'm', ok: 'o', cancel: 'c' });
    expect(readQuestion({ title: 't' })).toEqual({ title: 't' });
    expect(readTopic({ topic: 'bookings' })).toBe('bookings');
    expect(readTopic(undefined)).toBeUndefined();
  });
});
