import type { Ack, Context } from '../src/wire.js';

export const CONTEXT: Context = {
  service: { id: 'appointments', name: { 'zh-CN': '办证预约', en: 'Appointments' }, version: '1.0.0' },
  locale: 'zh-CN',
  theme: 'light',
  elder: false,
  host: { name: 'shell', version: '1.0.0' },
  launch: { path: '/index.html' },
};

export const ALL_CAPS = ['token', 'user', 'ui.title', 'ui.toast', 'ui.confirm', 'ui.close', 'notify.subscribe'];

export function ackFor(nonce: string, caps: readonly string[] = ALL_CAPS, context: Context = CONTEXT): Ack {
  const limits = { inFlight: 32, burst: 50, perSecond: 20, bytes: 1_048_576 };
  return { ns: 'onecity', v: 1, t: 'ack', nonce, session: 'session-1', context, caps, limits };
}
