import { type Handlers, readLoading, readQuestion, readSheet, readSwitch, readText, type Sheet } from '@onecity/host';
import { t } from '@/i18n';
import type { Question } from '@/state/dialog';
import type { Lent } from '../lent';
import { LONGEST, shorten } from '../words';

/** What a mini-service may show outside its own page: always under its own name, so it cannot pass for the app. */
export function uiMethods({ page, prompts, patience, confirm, name }: Lent): Handlers {
  return {
    'ui.title': async (params) => page.title(shorten(readText(params), LONGEST.title)),
    'ui.toast': async (params) => page.toast(shorten(readText(params), LONGEST.toast)),
    'ui.confirm': async (params, { signal }) => {
      const question = questionFor(params, name());
      return patience(() => confirm(question, signal), signal);
    },
    'ui.sheet': async (params, { signal }) => {
      const sheet = sheetFor(readSheet(params));
      return patience(() => prompts.ask('actions', sheet, signal), signal);
    },
    'ui.loading': async (params) => {
      const { on, text } = readLoading(params);
      page.loading(on ? shorten(text ?? '', LONGEST.title) || t('service.busy') : null);
    },
    'ui.back': async (params) => page.wantsBack(readSwitch(params)),
    'ui.close': async () => page.close(),
  };
}

function questionFor(params: unknown, from: string): Question {
  const { title, message, ok, cancel } = readQuestion(params);
  return {
    from,
    title: shorten(title, LONGEST.question),
    ...(message !== undefined && { message: shorten(message, LONGEST.message) }),
    ...(ok !== undefined && { ok: shorten(ok, LONGEST.button) }),
    ...(cancel !== undefined && { cancel: shorten(cancel, LONGEST.button) }),
  };
}

function sheetFor({ title, actions }: Sheet): Sheet {
  return {
    ...(title !== undefined && { title: shorten(title, LONGEST.question) }),
    actions: actions.map((action) => ({ ...action, label: shorten(action.label, LONGEST.action) })),
  };
}
