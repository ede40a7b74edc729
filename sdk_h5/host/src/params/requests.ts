import { invalid } from '../errors.js';
import { json } from './json.js';
import { formed, list, maybe, optional, required } from './rules.js';

const PAYLOAD_BYTES = 16_384;
/** The city signs it: more does not fit into a token. */
const RESULT_BYTES = 4_096;
const INTENT = /^[a-z][A-Za-z0-9-]{0,63}$/;
const MOST_SCOPES = 20;
const SCOPE = /^[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}$/;
const LONGEST_SCOPE = 100;

/** The topic of notify.subscribe; undefined for all notices of the service. */
export function readTopic(params: unknown): string | undefined {
  return optional(params, 'topic');
}

/** What intent asks of another service. */
export function readIntent(params: unknown): { name: string; payload: unknown } {
  const name = formed(params, 'name', INTENT, 'the name of an intent, such as "pay"');
  return { name, payload: json(params, 'payload', PAYLOAD_BYTES) };
}

/** The answer of the service that was asked. */
export function readFinish(params: unknown): unknown {
  return json(params, 'result', RESULT_BYTES);
}

/** The scopes of consent.request, each once. */
export function readScopes(params: unknown): string[] {
  const scopes = list(params, 'scopes', MOST_SCOPES).map((scope) => {
    if (typeof scope === 'string' && scope.length <= LONGEST_SCOPE && SCOPE.test(scope)) return scope;
    throw invalid('Give scopes as texts such as "profile:name:read".');
  });
  return [...new Set(scopes)];
}

/** The finished event of rate, by the department's own id of it. */
export function readRating(params: unknown): { event: string; title?: string } {
  return { event: required(params, 'event', 128), ...maybe('title', optional(params, 'title', 100)) };
}
