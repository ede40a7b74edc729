import type { Ref } from 'vue';
import { type Archive, askExport, linkTo, listExports } from '@/api/exports';
import { type Attempts, useAttempts } from './attempt';
import { type Loaded, useLoad } from './load';

const AGAIN_MS = 3_000;

export interface Exports extends Pick<Loaded<Archive[]>, 'data' | 'error' | 'load'>, Pick<Attempts, 'problem'> {
  busy: Ref<string>;
  ask: () => Promise<boolean>;
  /** Has the browser save the archive. The link is good once. */
  fetchOnce: (id: string) => Promise<boolean>;
  stop: () => void;
}

/** The resident's archives; while one is being made the list looks again every few seconds. */
export function useExports(save: (url: string) => void = saveFrom): Exports {
  const { data, error, load: look } = useLoad(async () => (await listExports()).items);
  const { busy, problem, attempt } = useAttempts();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function load(): Promise<void> {
    clearTimeout(timer);
    await look();
    const waiting = data.value?.some((one) => one.state === 'being-made');
    if (waiting && !stopped) timer = setTimeout(load, AGAIN_MS);
  }

  async function ask(): Promise<boolean> {
    const asked = await attempt(askExport, 'asking');
    if (asked) await load();
    return asked;
  }

  async function fetchOnce(id: string): Promise<boolean> {
    const done = await attempt(async () => save((await linkTo(id)).url), id);
    timer = setTimeout(load, AGAIN_MS);
    return done;
  }

  function stop(): void {
    stopped = true;
    clearTimeout(timer);
  }

  return { data, error, busy, problem, load, ask, fetchOnce, stop };
}

/** By a link of its own: the browser saves it, and the page stays. */
function saveFrom(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
