import { own } from '@onecity/sdk/shape';
import type { QueuedCall } from '@onecity/sdk/wire';
import { invalid } from '../errors.js';
import { flag, formed, maybe, members, oneOf, optional, required } from './rules.js';

const UPSTREAM = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PATH = /^\/(?!\/)[!-~]{0,1999}$/;
const UNSAFE = /[\\#]|(?:^|\/)(?:\.|%2e){1,2}(?:$|[/?])/i;
const KEY = /^[!-~]{1,128}$/;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
const MOST_HEADERS = 20;
const HEADER = /^[a-z0-9-]{1,64}$/i;
const VALUE = /^[\t -~]{0,1000}$/;
/** What the carrier or the browser sets itself. */
const RESERVED = /^(authorization|cookie|host|origin|content-length|proxy-.*|sec-.*)$/i;
/** The SDK's calls carry their key in the headers too; `key` is what counts. */
const KEY_HEADER = /^idempotency-key$/i;
const BODY_CHARACTERS = 262_144;
const BAD_HEADER = 'Give headers as names and texts, without those that the browser sets itself.';

/** The call that queue.add keeps for later: a write with a key, which may be sent again and still happen once. */
export function readQueuedCall(params: unknown): QueuedCall {
  return {
    upstream: formed(params, 'upstream', UPSTREAM, 'the id in the manifest, such as "appointments"'),
    path: readUpstreamPath(params),
    method: oneOf(params, 'method', METHODS),
    headers: readHeaders(params),
    body: own(params, 'body') === null ? null : (optional(params, 'body', BODY_CHARACTERS) ?? null),
    key: formed(params, 'key', KEY, 'an Idempotency-Key: 1 to 128 visible ASCII characters'),
    title: required(params, 'title', 100),
  };
}

/** How a queued call ended: what queue.settle tells. */
export function readSettled(params: unknown): { id: string; status: number; retry?: boolean } {
  const status = own(params, 'status');
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 0 && status <= 599;
  if (!isStatus) throw invalid('Give status as that of the answer, or 0 when there was none.');
  const id = required(params, 'id', 64);
  return { id, status, ...maybe('retry', own(params, 'retry') === undefined ? undefined : flag(params, 'retry')) };
}

function readUpstreamPath(params: unknown): string {
  const words = 'a path that starts with one "/", percent-encoded, without "." and ".." segments';
  const path = formed(params, 'path', PATH, words);
  if (UNSAFE.test(path)) throw invalid(`Give path as ${words}.`);
  return path;
}

function readHeaders(params: unknown): Record<string, string> {
  const headers = members(params, 'headers', MOST_HEADERS).map(([name, value]): [string, string] => {
    const fine = HEADER.test(name) && !RESERVED.test(name) && typeof value === 'string' && VALUE.test(value);
    if (!fine) throw invalid(BAD_HEADER);
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(headers.filter(([name]) => !KEY_HEADER.test(name)));
}
