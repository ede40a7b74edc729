import { type Handlers, readLoading, readQuestion, readSheet, readText } from '../src/index.js';

/** What the page around the frame shows by itself, in the browser's own dialogs. */
export interface Screen {
  title: HTMLElement;
  toast: HTMLElement;
  frame: HTMLIFrameElement;
}

export function onScreen({ title, toast, frame }: Screen): Handlers {
  return {
    'ui.title': async (params) => {
      title.textContent = readText(params);
    },
    'ui.toast': async (params) => {
      toast.textContent = readText(params);
    },
    'ui.loading': async (params) => {
      const { on, text = '…' } = readLoading(params);
      toast.textContent = on ? text : '';
    },
    'ui.confirm': async (params) => {
      const question = readQuestion(params);
      return confirm([question.title, question.message].filter(Boolean).join('\n'));
    },
    'ui.sheet': async (params) => {
      const sheet = readSheet(params);
      const choices = sheet.actions.map(({ label }, at) => `${at + 1}  ${label}`);
      const chosen = Number(prompt([sheet.title, ...choices].filter(Boolean).join('\n'), '1'));
      return sheet.actions[chosen - 1]?.id ?? null;
    },
    'ui.close': async () => {
      frame.src = 'about:blank';
    },
  };
}
