import { request } from './client';
import type { ServiceName } from './types';

/** What one service asked of another; `provider` is who answers, and where in it that begins. */
export interface OpenIntent {
  id: string;
  provider: ServiceName & { path: string };
  expires_at: string;
}

export interface NewIntent {
  from: string;
  name: string;
  payload: unknown;
  provider?: string;
}

/** Fails with `no-provider`, `intent-not-declared`, or `provider-unclear`, whose `providers` are to choose from. */
export const openIntent = (intent: NewIntent): Promise<OpenIntent> =>
  request('POST', '/api/v1/intents', { body: intent });

export interface IntentAnswer {
  token: string;
  result: unknown;
}

/** The city signs what the provider answered. Once. */
export const answerIntent = (id: string, result: unknown): Promise<IntentAnswer> =>
  request('POST', `/api/v1/intents/${encodeURIComponent(id)}/result`, { body: { result } });

export const cancelIntent = (id: string): Promise<unknown> =>
  request('POST', `/api/v1/intents/${encodeURIComponent(id)}/result`, { body: { cancelled: true } });
