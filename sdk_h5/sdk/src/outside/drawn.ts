import { own } from '../shape.js';
import { ask, type Choice } from './dialog.js';
import type { Notes } from './notes.js';
import { flag, optionalText, refuse, text } from './params.js';
import type { Handlers } from './serve.js';
import type { Stage } from './stage.js';
import { wordsOf } from './words.js';

/** The `ui` calls that a browser's window has no place for, drawn by the adapter itself. */
export function drawn(stage: Stage, notes: Notes): Handlers {
  const { window } = stage;
  return {
    'ui.title': async (params) => {
      window.document.title = text(params, 'text');
    },
    'ui.toast': async (params) => notes.toast(text(params, 'text')),
    'ui.loading': async (params) =>
      notes.loading(flag(params) ? (optionalText(params, 'text') ?? wordsOf(window).loading) : undefined),
    ...(hasDialogs(window)
      ? modal(stage)
      : {
          'ui.confirm': async (params) =>
            window.confirm(`${text(params, 'title')}\n${optionalText(params, 'message') ?? ''}`),
        }),
  };
}

/** Browsers since 2022 have modal dialogs; an older one asks a question in its own words, and has no sheet. */
export function hasDialogs({ HTMLDialogElement }: Stage['window']): boolean {
  return !!HTMLDialogElement?.prototype.showModal;
}

function modal(stage: Stage): Handlers {
  return {
    'ui.confirm': async (params, signal) => {
      const { ok, cancel } = wordsOf(stage.window);
      const choices: Choice[] = [
        { id: null, label: optionalText(params, 'cancel') ?? cancel },
        { id: 'ok', label: optionalText(params, 'ok') ?? ok, look: 'main' },
      ];
      const [title, message] = [text(params, 'title'), optionalText(params, 'message')];
      return (await ask(stage, { title, message, choices }, signal).answer) === 'ok';
    },
    'ui.sheet': async (params, signal) => {
      const { choose, cancel } = wordsOf(stage.window);
      const title = optionalText(params, 'title') ?? choose;
      return ask(stage, { title, choices: [...actions(params), { id: null, label: cancel }] }, signal).answer;
    },
  };
}

function actions(params: unknown): Choice[] {
  const given = own(params, 'actions');
  if (!Array.isArray(given) || !given[0]) refuse('actions');
  return given.map((one) => ({
    id: text(one, 'id'),
    label: text(one, 'label'),
    look: own(one, 'danger') ? 'danger' : '',
  }));
}
