/** What a mini-service sent with a call, read into values of our own making; anything else is INVALID_ARGUMENT. */
import { BridgeError, own, ownText, type Shared, type Sheet } from '@onecity/host';
import { LONGEST, shorten } from './words';

const KEY = 128;
const PATH = 2_000;
const EVENT = 128;
const MOST_ACTIONS = 12;
const MOST_SCOPES = 30;
/** As people dial: digits in groups, a plus ahead. Nothing that a network would take for a command. */
const DIALLED = /^\+?\d[\d -]{1,18}\d$/;

const refuse = (what: string): BridgeError => new BridgeError('INVALID_ARGUMENT', what);

export function readKey(params: unknown): string {
  return needed(params, 'key', KEY);
}

/** A JSON value; null removes. What JSON cannot say is refused, for it would come back as something else. */
export function readJSON(params: unknown, name: string): unknown {
  const value = own(params, name);
  const text = toJSON(value);
  if (text === undefined) throw refuse(`Give ${name} as a JSON value.`);
  return value;
}

function toJSON(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export function readOn(params: unknown): boolean {
  const on = own(params, 'on');
  if (typeof on !== 'boolean') throw refuse('Give on as true or false.');
  return on;
}

export function readOptionalText(params: unknown, name: string, longest: number): string | undefined {
  const text = ownText(params, name);
  if (text === undefined && own(params, name) !== undefined) throw refuse(`Give ${name} as a text.`);
  return text === undefined ? undefined : shorten(text, longest);
}

export function readSheet(params: unknown): Sheet {
  const actions = own(params, 'actions');
  if (!Array.isArray(actions) || actions.length === 0 || actions.length > MOST_ACTIONS) {
    throw refuse(`Give actions: 1 to ${MOST_ACTIONS}.`);
  }
  const read = actions.map(readAction);
  if (new Set(read.map(({ id }) => id)).size < read.length) throw refuse('Give each action an id of its own.');
  const title = readOptionalText(params, 'title', LONGEST.question);
  return { ...(title && { title }), actions: read };
}

function readAction(action: unknown): Sheet['actions'][number] {
  const id = needed(action, 'id', KEY);
  const label = shorten(needed(action, 'label', PATH), LONGEST.action);
  return own(action, 'danger') === true ? { id, label, danger: true } : { id, label };
}

export function readShared(params: unknown): Shared {
  const title = shorten(needed(params, 'title', PATH), LONGEST.question);
  const text = readOptionalText(params, 'text', LONGEST.message);
  const path = readPath(params);
  return { title, ...(text && { text }), ...(path !== undefined && { path }) };
}

export function readPath(params: unknown): string | undefined {
  const path = own(params, 'path');
  return path === undefined ? undefined : needed(params, 'path', PATH);
}

export const readService = (params: unknown): string => needed(params, 'service', KEY);

export function readNumber(params: unknown): string {
  const number = needed(params, 'number', KEY).trim();
  if (!DIALLED.test(number)) throw refuse('Give number as digits, spaces and hyphens, with a plus ahead if need be.');
  return number;
}

export const readPrecise = (params: unknown): boolean => own(params, 'precise') === true;

export function readIntent(params: unknown): { name: string; payload: unknown } {
  return { name: needed(params, 'name', KEY), payload: own(params, 'payload') ?? null };
}

export function readScopes(params: unknown): string[] {
  const scopes = own(params, 'scopes');
  const good = Array.isArray(scopes) && scopes.length > 0 && scopes.length <= MOST_SCOPES;
  if (!good || !scopes.every((one) => typeof one === 'string')) throw refuse('Give scopes as a list of names.');
  return [...new Set<string>(scopes)];
}

export function readEvent(params: unknown): { event: string; title?: string } {
  const title = readOptionalText(params, 'title', LONGEST.question);
  return { event: needed(params, 'event', EVENT), ...(title && { title }) };
}

function needed(params: unknown, name: string, longest: number): string {
  const text = ownText(params, name);
  if (!text?.trim()) throw refuse(`Give ${name} as a text that is not empty.`);
  if (text.length > longest) throw refuse(`Give ${name} ${longest} characters at most.`);
  return text;
}
