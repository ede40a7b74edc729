import type { Context } from '@onecity/sdk/wire';
import { BridgeError } from './errors.js';
import { answers } from './mock/answers.js';
import type { MockOverrides } from './mock/wishes.js';
import type { Handler, Handlers } from './serve.js';

export { RESIDENTS, type ResidentName } from './mock/residents.js';
export type { MockOverrides } from './mock/wishes.js';

/** One call the page made, newest last. */
export interface MockCall {
  method: string;
  params: unknown;
}

export interface MockHost {
  context: () => Context;
  handlers: Handlers;
  calls: readonly MockCall[];
}

const CONTEXT: Context = {
  service: { id: 'mock', name: { 'zh-CN': '本地服务', en: 'Local service' }, version: '0.0.0' },
  locale: 'zh-CN',
  theme: 'light',
  elder: false,
  host: { name: 'mock', version: '1.0.0' },
  launch: { path: '/' },
  a11y: { reducedMotion: false, moreContrast: false, textScale: 1 },
};

/**
 * A host with a made-up resident, all in memory: hand its `context` and `handlers` to `connectFrame`.
 * Its tokens open no gateway: on a laptop `/svc/` is whatever the page's own server answers there.
 */
export function mockHost(wishes: MockOverrides = {}): MockHost {
  const calls: MockCall[] = [];
  const handlers = { ...answers(wishes), ...wishes.handlers };
  const recorded = Object.entries(handlers).map(([method, handler]): [string, Handler] => [
    method,
    async (params, call) => {
      calls.push({ method, params });
      await passing(wishes.delay ?? 0, call.signal);
      failIfWished(method, wishes);
      return handler(params, call);
    },
  ]);
  return { context: () => ({ ...CONTEXT, ...wishes.context }), handlers: Object.fromEntries(recorded), calls };
}

function failIfWished(method: string, { fail = {} }: MockOverrides): void {
  const code = Object.hasOwn(fail, method) ? fail[method] : undefined;
  if (code) throw new BridgeError(code, `The mock was told that ${method} fails.`, { reference: 'mock-reference' });
}

function passing(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
