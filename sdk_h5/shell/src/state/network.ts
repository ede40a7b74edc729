/**
 * Whether the city can be reached, as calls find it: what the browser says of its line is only a hint. While it
 * cannot be, a probe asks again and again, so that pages come back by themselves.
 */
import { reactive } from 'vue';

const SOONEST_MS = 2_000;
const LATEST_MS = 60_000;
/** A line that holds this long is a good one: the next break is probed soon again. */
const STEADY_MS = 60_000;

export const network = reactive({
  offline: typeof navigator !== 'undefined' && navigator.onLine === false,
  /** When the oldest kept content on this page was fetched, in milliseconds; null while all is fresh. */
  since: null as number | null,
});

const listeners = new Set<() => void>();
let served = 0;
let pause = SOONEST_MS;
let backAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Hears when it is worth fetching anew: the network is back, or brought what was late. Returns how to stop. */
export function onFresh(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const backs = new Set<() => void>();

/** Hears when the network is back after a break. Returns how to stop. */
export function onBack(listener: () => void): () => void {
  backs.add(listener);
  return () => backs.delete(listener);
}

export function fresh(): void {
  network.since = null;
  for (const listener of [...listeners]) listener();
}

/** An answer came, whatever it says. */
export function reached(): void {
  if (!network.offline) return;
  clearTimeout(timer);
  network.offline = false;
  backAt = Date.now();
  fresh();
  for (const listener of [...backs]) listener();
}

/** No answer came. */
export function unreached(): void {
  if (network.offline) return;
  network.offline = true;
  if (Date.now() - backAt > STEADY_MS) pause = SOONEST_MS;
  probeLater();
}

/** Kept content is on the page. `background`: the page would be whole without it. */
export function showedKept(at: number, background: boolean): void {
  served += 1;
  if (!background) network.since = Math.min(at, network.since ?? at);
}

/** How often kept content was shown: a page that saw it grow while it loaded may show some. */
export const keptShown = (): number => served;

/** Another page: what the last one showed no longer counts. */
export function turnedPage(): void {
  network.since = null;
}

/** Asks a door that needs nobody to be signed in. */
async function probe(): Promise<void> {
  try {
    if (navigator.onLine === false) return probeLater();
    const answer = await fetch('/livez', { cache: 'no-store' });
    if (answer.ok) reached();
    else probeLater();
  } catch {
    probeLater();
  }
}

function probeLater(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void probe(), pause);
  pause = Math.min(pause * 2, LATEST_MS);
}

/** Follows what the browser says of its line; returns how to stop. */
export function watchNetwork(): () => void {
  const up = () => void probe();
  const shown = () => void (network.offline && !document.hidden && probe());
  if (network.offline) probeLater();
  addEventListener('online', up);
  addEventListener('offline', unreached);
  document.addEventListener('visibilitychange', shown);
  return () => {
    clearTimeout(timer);
    removeEventListener('online', up);
    removeEventListener('offline', unreached);
    document.removeEventListener('visibilitychange', shown);
  };
}
