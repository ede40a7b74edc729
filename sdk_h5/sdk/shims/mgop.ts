import type { City } from '../src/create.js';

/** What `mgop` takes. `host`, `appKey` and what else old pages give is not needed here. */
export interface MgopOptions {
  api?: string;
  data?: Record<string, unknown> | null;
  header?: Record<string, unknown> | null;
  type?: string;
  dataType?: string;
  /** In milliseconds. */
  timeout?: number;
  onSuccess?: (answer: MgopAnswer) => void;
  onFail?: (answer: MgopAnswer) => void;
  [other: string]: unknown;
}

export interface MgopAnswer {
  /** One line, `code::words`; `1000::调用成功` is success. */
  ret: [string];
  api: string;
  data: unknown;
  /** What to quote to the operators, of a failure. */
  traceId?: string | undefined;
}

/** `upstream/path` of the manifest's upstreams; `{name}` in the path is filled from `data`, which then lacks it. */
export type Routes = Readonly<Record<string, string>>;

export interface Mgop {
  (options: MgopOptions): void;
  /** Says where each api name leads; names that are there already are replaced. */
  routes(table: Routes): void;
}

/** These belong to the city here, and the page's own would only be wrong. */
const NOT_TAKEN = /^(authorization|cookie|content-type|istesturl|appkey)$/i;

/** The gateway's function as pages of other cities call it, over `city.call`. It throws nothing: see `onFail`. */
export function createMgop(city: City): Mgop {
  const known = new Map<string, string>();

  async function carry(options: MgopOptions, api: string): Promise<unknown> {
    const route = known.get(api);
    const [, upstream = '', path = ''] = route?.match(/^\/?([^/]+)(\/.*)$/) ?? [];
    if (!upstream) throw new Error(`No route for ${api}.`);
    const asked = request(path, options);
    const response = await city.call(upstream, asked.path, asked.init);
    const text = await response.text();
    return /^json$/i.test(options.dataType ?? 'JSON') && text ? JSON.parse(text) : text;
  }

  const mgop = (options: MgopOptions): void => {
    const given = options ?? {};
    const api = String(given.api);
    const tell = (then: unknown, answer: MgopAnswer): void => {
      if (typeof then === 'function') then(answer);
    };
    carry(given, api).then(
      (data) => tell(given.onSuccess, { ret: ['1000::调用成功'], api, data }),
      ({ code = 'FAIL', message, problem, reference }) =>
        tell(given.onFail, { ret: [`${code}::${message}`], api, data: problem ?? null, traceId: reference }),
    );
  };
  const routes = (table: Routes): void => {
    for (const [api, route] of Object.entries(table)) known.set(api, route);
  };
  return Object.assign(mgop, { routes });
}

/** Each request has headers of its own: what one call sends, no other does. */
function request(template: string, { data, header, type, timeout }: MgopOptions) {
  const rest = { ...data };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const method = String(type ?? 'GET').toUpperCase();
  const headers = headersOf(header);
  const bounds = timeout === undefined ? {} : { deadline: timeout };
  if (method === 'GET') return { path: path + query(path, rest), init: { headers, ...bounds } };
  headers['Idempotency-Key'] ??= crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
  return { path, init: { method, json: rest, headers, ...bounds } };
}

function headersOf(header: MgopOptions['header']): Record<string, string> {
  const taken = Object.entries(header ?? {}).filter(([name, value]) => value != null && !NOT_TAKEN.test(name));
  return Object.fromEntries(taken.map(([name, value]) => [name, String(value)]));
}

function query(path: string, data: Record<string, unknown>): string {
  const given = Object.entries(data).filter(([, value]) => value != null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, plain(value)])).toString();
  return search && (path.includes('?') ? '&' : '?') + search;
}

const plain = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
