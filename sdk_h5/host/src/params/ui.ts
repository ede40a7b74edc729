import { own } from '@onecity/sdk/shape';
import type { Question, Sheet } from '@onecity/sdk/wire';
import { invalid } from '../errors.js';
import { flag, list, maybe, optional, required } from './rules.js';

const MOST_ACTIONS = 12;
const LONGEST_ID = 64;
const LONGEST_LABEL = 60;

/** The `text` of ui.title and ui.toast. */
export function readText(params: unknown): string {
  return required(params, 'text');
}

/** The question of ui.confirm, with nothing in it but its four texts. */
export function readQuestion(params: unknown): Question {
  return {
    title: required(params, 'title'),
    ...maybe('message', optional(params, 'message')),
    ...maybe('ok', optional(params, 'ok')),
    ...maybe('cancel', optional(params, 'cancel')),
  };
}

/** The choices of ui.sheet: 1 to 12, each with an id of its own. */
export function readSheet(params: unknown): Sheet {
  const actions = list(params, 'actions', MOST_ACTIONS).map(readAction);
  if (new Set(actions.map(({ id }) => id)).size < actions.length) throw invalid('Give each of actions its own id.');
  return { ...maybe('title', optional(params, 'title')), actions };
}

function readAction(value: unknown): Sheet['actions'][number] {
  const action = { id: required(value, 'id', LONGEST_ID), label: required(value, 'label', LONGEST_LABEL) };
  return own(value, 'danger') === undefined ? action : { ...action, danger: flag(value, 'danger') };
}

/** Whether ui.loading covers the page, and with which text. */
export function readLoading(params: unknown): { on: boolean; text?: string } {
  return { on: flag(params, 'on'), ...maybe('text', optional(params, 'text')) };
}

/** The `on` of ui.back: whether the page wants to hear of the back button. */
export function readSwitch(params: unknown): boolean {
  return flag(params, 'on');
}
