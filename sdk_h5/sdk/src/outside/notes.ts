import { make, type Stage } from './stage.js';

/** What is said without asking anything: a toast, and that something is loading. Without words it goes away. */
export interface Notes {
  toast(words: string): void;
  loading(words: string | undefined): void;
}

const SHORTEST_MS = 3_000;
const MS_A_CHARACTER = 80;

export function createNotes(stage: Stage): Notes {
  const toast = createStatus(stage, 'toast');
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    toast(words) {
      toast(words);
      clearTimeout(timer);
      timer = setTimeout(toast, SHORTEST_MS + words.length * MS_A_CHARACTER);
    },
    loading: createStatus(stage, 'loading'),
  };
}

/** Read out by a screen reader when its words change, without taking the focus. */
function createStatus(stage: Stage, look: string): (words?: string) => void {
  const element = make(stage, 'div', look);
  element.setAttribute('role', 'status');
  return (words) => {
    stage.show(element).replaceChildren(...(words ? [make(stage, 'span', '', words)] : []));
    element.hidden = !words;
  };
}
