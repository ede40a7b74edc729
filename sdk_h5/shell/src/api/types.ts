/** What the resident API sends, as surface and OpenAPI document state it. */

export interface Localised {
  'zh-CN': string;
  en?: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Account {
  name: string | null;
  phone: string;
  loa: number;
  locale: string;
  elder: boolean;
  created_at: string;
  /** Until when services of high value wait, after a change that a thief would make too. */
  hold_until?: string | null;
}

export interface Session {
  id: string;
  device: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
  place?: string | null;
  /** The means of its last authentication (RFC 8176), and when that was. */
  amr?: string[];
  authenticated_at?: string;
}

export interface Department {
  id: string;
  name: Localised;
}

export interface Service {
  id: string;
  name: Localised;
  summary: Localised;
  department: Department;
  kind: string;
  category: string;
  icon: string;
  origin: string;
  start_url: string;
  loa: number;
  version: string;
  elder: boolean;
}

export interface Scope {
  name: string;
  reason: Localised;
  title?: Localised;
}

export interface ServiceDetail extends Service {
  scopes: Scope[];
  audience: string[];
  districts: string[];
  keywords: string[];
  published_at: string;
  /** What other services may ask of this one, and what it asks of others. */
  intents?: { provides: string[]; uses: string[] };
  /** What residents thought of it, 1 to 5; null before the first grade. */
  rating?: { average: number; count: number } | null;
}

export interface ServiceName {
  id: string;
  name: Localised;
  icon?: string;
  category?: string;
}

export interface Category {
  id: string;
  name: Localised;
  count: number;
}

export interface Consent {
  service: ServiceName;
  scopes: Scope[];
  granted_at: string;
}

export interface ServiceToken {
  token: string;
  expires_in: number;
  scope: string;
  sub: string;
  acting_for?: ActingFor | null;
}

/** Whom one acts for: a person, or a company. */
export interface ActingFor {
  name: string;
  kind: string;
}

export interface Notice {
  id: string;
  service: ServiceName | null;
  department: Department;
  title: Localised;
  body: Localised;
  path: string | null;
  thread: string | null;
  /** Where the case of its thread stands, as this notice says. */
  state?: Localised | null;
  urgency: string;
  created_at: string;
  read_at: string | null;
}

/** Notices that belong together; one without a thread stands alone. */
export interface Thread {
  thread: string | null;
  service: ServiceName | null;
  department: Department;
  /** Of the newest notice. */
  title: Localised;
  state: Localised | null;
  unread: number;
  newest: Notice;
  count: number;
}

export interface LedgerEntry {
  id: string;
  at: string;
  service: ServiceName;
  department: Department;
  upstream: string;
  operation: string;
  action: 'read' | 'write';
  summary: Localised | null;
  scopes: string[];
  outcome: number;
  request_id: string;
  /** Bytes that the department was sent, and that the service was answered. */
  received: number;
  sent: number;
}
