/** When waiting writes are sent: at the start, when the network is back, when one is added, and each minute. */
import { mintToken } from '@/api/consents';
import { readService } from '@/api/services';
import { t } from '@/i18n';
import { network, onBack } from '@/state/network';
import { toast } from '@/state/toast';
import { onNudge } from './nudge';
import { type Desk, sendWaiting } from './sender';
import { type Write, waits } from './write';
import { all, clear, onChange, refresh, save, writes } from './writes';

const LOCK = 'onecity-queue';
const MINUTE_MS = 60_000;
const SOONEST_MS = 1_000;

const desk: Desk = {
  all,
  save: kept,
  readService,
  mintToken,
  carry: async (...asked) => (await import('./carrier')).carry(...asked),
  sending: (ids) => {
    writes.sending = ids;
  },
  now: Date.now,
};

let stop: AbortController | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
let again = false;

async function kept(write: Write): Promise<void> {
  await save(write);
  if (write.state === 'sent') toast(t('queue.sent-toast', { title: write.title }));
  if (write.state === 'refused') toast(t('queue.refused-toast', { title: write.title }));
}

/** Runs while somebody is signed in; returns how to stop. */
export function startCourier(): () => void {
  const mine = new AbortController();
  stop = mine;
  const endings = [
    onBack(() => void hurry()),
    onNudge(() => void hurry()),
    onChange((_asker, { state }) => state === 'queued' && plan()),
  ];
  void refresh().then(send);
  return () => {
    mine.abort();
    clearTimeout(timer);
    for (const end of endings) end();
    clear();
  };
}

/** Tries all that waits at once, as after a break of the network or when the resident asks for it. */
export async function hurry(): Promise<void> {
  for (const write of (await all()).filter(waits))
    if (write.due > Date.now()) await save({ ...write, due: Date.now() });
  await send();
}

/** One tab does it at a time; the others look again later. */
export async function send(): Promise<void> {
  const signal = stop?.signal;
  if (!signal || signal.aborted) return;
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    if (!network.offline) await exclusively(() => sendWaiting(desk, signal));
  } catch {
    // What could not even be tried waits for the next time.
  } finally {
    running = false;
  }
  if (again) {
    again = false;
    return send();
  }
  plan();
}

function exclusively(work: () => Promise<void>): Promise<void> {
  // Without locks two tabs may send one call: its key sees to it that it happens once.
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : undefined)) as Promise<void>;
}

function plan(): void {
  clearTimeout(timer);
  const waiting = writes.items.filter(waits);
  if (!waiting.length || stop?.signal.aborted !== false) return;
  const soonest = Math.min(...waiting.map((write) => write.due)) - Date.now();
  timer = setTimeout(() => void send(), Math.min(Math.max(soonest, SOONEST_MS), MINUTE_MS));
}
