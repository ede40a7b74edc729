import { request } from './client';

export const readPushKey = (): Promise<{ key: string }> => request('GET', '/api/v1/push/key');

export const savePushSubscription = (subscription: PushSubscriptionJSON): Promise<{ id: string }> =>
  request('POST', '/api/v1/push/subscriptions', { body: subscription });

export const removePushSubscription = (id: string): Promise<void> =>
  request('DELETE', `/api/v1/push/subscriptions/${encodeURIComponent(id)}`);
