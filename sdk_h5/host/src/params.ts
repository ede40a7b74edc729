import { own, ownText } from '@onecity/sdk/shape';
import type { Question } from '@onecity/sdk/wire';
import { BridgeError } from './errors.js';

const LONGEST_TEXT = 500;

const refuse = (what: string): BridgeError => new BridgeError('INVALID_ARGUMENT', what);

/** The `text` of ui.title and ui.toast. */
export function readText(params: unknown): string {
  return required(params, 'text');
}

/** The question of ui.confirm, with nothing in it but its four texts. */
export function readQuestion(params: unknown): Question {
  const { message, ok, cancel } = {
    message: optional(params, 'message'),
    ok: optional(params, 'ok'),
    cancel: optional(params, 'cancel'),
  };
  return {
    title: required(params, 'title'),
    ...(message !== undefined && { message }),
    ...(ok !== undefined && { ok }),
    ...(cancel !== undefined && { cancel }),
  };
}

/** The topic of notify.subscribe; undefined for all notices of the service. */
export function readTopic(params: unknown): string | undefined {
  return optional(params, 'topic');
}

function required(params: unknown, key: string): string {
  const text = optional(params, key);
  if (text === undefined || text.trim() === '') throw refuse(`Give ${key} as a text that is not empty.`);
  return text;
}

function optional(params: unknown, key: string): string | undefined {
  const text = ownText(params, key);
  if (text === undefined && own(params, key) !== undefined) throw refuse(`Give ${key} as a text.`);
  if (text !== undefined && text.length > LONGEST_TEXT) throw refuse(`Give ${key} ${LONGEST_TEXT} characters at most.`);
  return text;
}
