import { make, type Stage } from './stage.js';

export interface Choice {
  /** Null leaves the dialog as Escape does. */
  id: string | null;
  label: string;
  look?: 'main' | 'danger' | '';
}

export interface Matter {
  title: string;
  message?: string | undefined;
  /** Something to see between the words and the choices. */
  picture?: Element;
  choices: readonly Choice[];
}

export interface Asking {
  answer: Promise<string | null>;
  close(id?: string): void;
}

/** A modal dialog of the browser's own: it keeps the focus, Escape leaves it, and the focus goes back afterwards. */
export function ask(stage: Stage, { title, message, picture, choices }: Matter, signal: AbortSignal): Asking {
  const dialog = make(stage, 'dialog');
  let taken: string | null = null;
  const close = (id: string | null = null): void => {
    taken = id;
    dialog.close();
  };
  dialog.setAttribute('aria-label', title);
  dialog.append(
    make(stage, 'h2', '', title),
    make(stage, 'p', '', message),
    picture ?? '',
    listOf(stage, choices, close),
  );
  const answer = new Promise<string | null>((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(taken);
    });
  });
  signal.addEventListener('abort', () => close());
  stage.show(dialog).showModal();
  return { answer, close };
}

function listOf(stage: Stage, choices: readonly Choice[], take: (id: string | null) => void): Element {
  const list = make(stage, 'div', 'choices');
  for (const { id, label, look } of choices) {
    const button = make(stage, 'button', look, label);
    button.type = 'button';
    button.addEventListener('click', () => take(id));
    list.append(button);
  }
  return list;
}
