import type { Context, Token, User } from '@onecity/sdk/wire';
import { readQuestion, readText, readTopic } from './params.js';
import type { Handler, Handlers } from './serve.js';

/** What differs from the usual mock: any part of it. */
export interface MockOverrides {
  user?: Partial<User>;
  context?: Partial<Context>;
  /** What the resident answers to every ui.confirm. */
  confirm?: boolean;
  /** Milliseconds every answer takes. */
  delay?: number;
  /** Replace or add single methods; throw a BridgeError to see how the page takes it. */
  handlers?: Handlers;
}

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

const RESIDENT: User = { sub: 'mock-resident', name: '张*', phone: '138****0001', loa: 2 };

const CONTEXT: Context = {
  service: { id: 'mock', name: { 'zh-CN': '本地服务', en: 'Local service' }, version: '0.0.0' },
  locale: 'zh-CN',
  theme: 'light',
  elder: false,
  host: { name: 'mock', version: '1.0.0' },
  launch: { path: '/' },
};

/**
 * A host with a made-up resident, all in memory: hand its `context` and `handlers` to `connectFrame`.
 * Its token opens no gateway: on a laptop `/svc/` is whatever the page's own server answers there.
 */
export function mockHost(overrides: MockOverrides = {}): MockHost {
  const calls: MockCall[] = [];
  const handlers = { ...answers(overrides), ...overrides.handlers };
  const recorded = Object.entries(handlers).map(([method, handler]): [string, Handler] => [
    method,
    async (params, call) => {
      calls.push({ method, params });
      await passing(overrides.delay ?? 0, call.signal);
      return handler(params, call);
    },
  ]);
  return { context: () => ({ ...CONTEXT, ...overrides.context }), handlers: Object.fromEntries(recorded), calls };
}

function answers({ user, confirm = true }: MockOverrides): Handlers {
  return {
    token: async (): Promise<Token> => ({ token: `mock-${crypto.randomUUID()}`, expires_in: 300 }),
    user: async (): Promise<User> => ({ ...RESIDENT, ...user }),
    'ui.title': async (params) => void readText(params),
    'ui.toast': async (params) => void readText(params),
    'ui.confirm': async (params) => {
      readQuestion(params);
      return confirm;
    },
    'ui.close': async () => undefined,
    'notify.subscribe': async (params) => {
      readTopic(params);
      return { inbox: true, push: 'unsupported' };
    },
  };
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
