import type { HandlerCall } from '@onecity/host';
import { vi } from 'vitest';
import type { Device } from '@/service/device';
import { makeHandlers } from '@/service/handlers';
import type { Lent } from '@/service/lent';
import { makePatience } from '@/service/patience';
import { makePrompts } from '@/service/prompts';
import { makeTokens } from '@/service/tokens';
import { detail, text } from './stubs';

export const token = { token: 't1', expires_in: 300, scope: 'profile:name:read', sub: 'pairwise' };
const account = { name: '张*', phone: '138****0001', loa: 2, locale: 'zh-CN', elder: false, created_at: '' };

export const device = (more: Partial<Device> = {}): Device => ({
  canScan: false,
  canLocate: false,
  locate: vi.fn(async () => ({ latitude: 31.23, longitude: 121.47, accuracy: 1_000, at: '' })),
  call: vi.fn(),
  ...more,
});

/** What a service page lends, with nobody at the other end of it. */
export function lend(more: Partial<Lent> = {}): Lent {
  return {
    service: () => detail('appointments', { name: text('办证预约') }),
    name: () => '办证预约',
    tokens: makeTokens({ service: 'appointments', first: token }),
    account: () => account,
    page: {
      title: vi.fn(),
      toast: vi.fn(),
      loading: vi.fn(),
      wantsBack: vi.fn(),
      close: vi.fn(),
      revoked: vi.fn(),
      open: vi.fn(),
    },
    prompts: makePrompts(),
    patience: makePatience(),
    confirm: vi.fn(async () => true),
    subscribe: vi.fn(async () => 'later' as const),
    device: device(),
    intents: null,
    finished: vi.fn(),
    queue: null,
    ...more,
  };
}

const call: HandlerCall = { signal: new AbortController().signal, part: () => undefined };

export const ask = (lent: Lent, method: string, params?: unknown, covered = false, signal = call.signal) =>
  makeHandlers(lent, () => covered)[method]?.(params, { ...call, signal });

export const offered = (lent: Lent): string[] => Object.keys(makeHandlers(lent));
