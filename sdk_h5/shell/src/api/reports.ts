import { request } from './client';

export const REASONS = ['not-working', 'wrong-content', 'asks-too-much', 'fraud', 'other'] as const;
export type ReportReason = (typeof REASONS)[number];

export const sendReport = (service: string, reason: ReportReason, text: string): Promise<void> =>
  request('POST', `/api/v1/services/${encodeURIComponent(service)}/reports`, {
    body: text ? { reason, text } : { reason },
  });
