import type { IntentResult, Position, Token } from '@onecity/sdk/wire';
import { BridgeError } from '../errors.js';
import * as read from '../params/index.js';
import type { Handlers } from '../serve.js';
import { queueHandlers } from './queue.js';
import { RESIDENTS } from './residents.js';
import { storageHandlers } from './storage.js';
import type { MockOverrides } from './wishes.js';

/** 上海市人民广场. */
const SQUARE = { latitude: 31.2317, longitude: 121.4726, accuracy: 35 };

/** What other services would answer. */
const INTENTS: Readonly<Record<string, (payload: unknown) => unknown>> = {
  pay: (payload) => ({ paid: true, order: 'mock-order-1', for: payload }),
  showLicence: () => ({ licence: 'mock-licence-1', kind: 'residence-permit', holder: '张*' }),
  sign: () => ({ signed: true, certificate: 'mock-certificate-1' }),
};

/** An answer to every method of the wire. What is read of `wishes` is read at the call, so it may be changed meanwhile. */
export function answers(wishes: MockOverrides): Handlers {
  return {
    ...identity(wishes),
    ...ui(wishes),
    ...device(wishes),
    ...services(wishes),
    ...storageHandlers(wishes.quota),
    ...queueHandlers((state) => wishes.onQueue?.(state)),
  };
}

function identity(wishes: MockOverrides): Handlers {
  const token = (kind: string, expires_in: number): Token => ({ token: `${kind}-${crypto.randomUUID()}`, expires_in });
  return {
    token: async () => token('mock', 300),
    identity: async () => token('mock-identity', 60),
    user: async () => ({ ...RESIDENTS[wishes.resident ?? 'usual'], ...wishes.user }),
  };
}

function ui(wishes: MockOverrides): Handlers {
  return {
    'ui.title': async (params) => void read.readText(params),
    'ui.toast': async (params) => void read.readText(params),
    'ui.confirm': async (params) => {
      read.readQuestion(params);
      return wishes.confirm ?? true;
    },
    'ui.sheet': async (params) => {
      const { actions } = read.readSheet(params);
      return wishes.sheet === undefined ? actions[0]?.id : wishes.sheet;
    },
    'ui.loading': async (params) => void read.readLoading(params),
    'ui.back': async (params) => void read.readSwitch(params),
    'ui.close': async () => undefined,
  };
}

function device(wishes: MockOverrides): Handlers {
  return {
    share: async (params) => {
      read.readShare(params);
      return { shared: true };
    },
    scan: async () => (wishes.scanned === null ? null : { text: wishes.scanned ?? 'https://example.city/qr/mock' }),
    location: async (params): Promise<Position> => {
      const accuracy = read.readPrecise(params) ? 8 : SQUARE.accuracy;
      return { ...SQUARE, accuracy, at: new Date().toISOString(), ...wishes.position };
    },
    phone: async (params) => {
      read.readPhone(params);
      return { called: true };
    },
    'notify.subscribe': async (params) => {
      read.readTopic(params);
      return { inbox: true, push: 'unsupported' };
    },
  };
}

function services(wishes: MockOverrides): Handlers {
  return {
    open: async (params) => void read.readOpen(params),
    intent: async (params) => answerIntent(read.readIntent(params), wishes),
    'intent.finish': async (params) => void read.readFinish(params),
    'consent.request': async (params) => {
      const granted = read.readScopes(params).filter((scope) => !wishes.refusedScopes?.includes(scope));
      return { granted };
    },
    'consent.revoke': async () => undefined,
    rate: async (params) => {
      read.readRating(params);
      return wishes.grade === null ? null : { grade: wishes.grade ?? 5 };
    },
  };
}

function answerIntent({ name, payload }: { name: string; payload: unknown }, { intents }: MockOverrides) {
  const offered = { ...INTENTS, ...intents };
  const provide = Object.hasOwn(offered, name) ? offered[name] : undefined;
  if (!provide) throw new BridgeError('no-provider', 'No service offers this.', { hop: 'gateway' });
  const result = provide(payload);
  if (result === null) return null;
  const intent = crypto.randomUUID();
  return { intent, provider: 'mock-provider', result, token: `mock-${intent}` } satisfies IntentResult;
}
