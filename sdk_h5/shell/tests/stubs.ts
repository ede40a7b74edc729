import { vi } from 'vitest';
import type { Localised, Notice, Service, ServiceDetail } from '@/api/types';

export const text = (zh: string, en?: string): Localised => (en === undefined ? { 'zh-CN': zh } : { 'zh-CN': zh, en });

export function service(id: string, more: Partial<Service> = {}): Service {
  return {
    id,
    name: text(id),
    summary: text('…'),
    department: { id: 'd', name: text('部门') },
    kind: 'query',
    category: 'life',
    icon: `http://${id}.localhost:8000/icon.svg`,
    origin: `http://${id}.localhost:8000`,
    start_url: `http://${id}.localhost:8000/index.html`,
    loa: 1,
    version: '1.0.0',
    elder: true,
    ...more,
  };
}

export function detail(id: string, more: Partial<ServiceDetail> = {}): ServiceDetail {
  const scopes = [{ name: 'profile:name:read', reason: text('预约单') }];
  return { ...service(id), scopes, audience: [], districts: [], keywords: [], published_at: '', ...more };
}

export function notice(id: string): Notice {
  return {
    id,
    service: null,
    department: { id: 'd', name: text('部门') },
    title: text('题'),
    body: text('文'),
    path: null,
    thread: null,
    urgency: 'normal',
    created_at: '2026-05-01T08:00:00+08:00',
    read_at: null,
  };
}

export interface Answered {
  status?: number;
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
}

export function answer({ status = 200, body, type = 'application/json', headers = {} }: Answered): Response {
  const content = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(content, { status, headers: { 'Content-Type': type, ...headers } });
}

export const problem = (status: number, slug: string, members: Record<string, unknown> = {}): Answered => ({
  status,
  type: 'application/problem+json',
  body: { type: `http://localhost:8000/problems/${slug}`, title: slug, status, detail: `About ${slug}.`, ...members },
});

export interface Sent {
  method: string;
  url: string;
  init: RequestInit;
}

/** The network, answering by `GET /path`; what is not listed is a 404. Returns what was sent. */
export function network(answers: Record<string, Answered | ((sent: Sent) => Answered)>): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const one = { method: init.method ?? 'GET', url, init };
    sent.push(one);
    const found = answers[`${one.method} ${url}`] ?? answers[`${one.method} ${url.split('?')[0]}`];
    return answer(typeof found === 'function' ? found(one) : (found ?? problem(404, 'not-found')));
  });
  return sent;
}
