/**
 * What this device keeps for one account, and only as long as that account is signed in here.
 *
 *   resume    at the start: takes the seat of whoever was here, before the server was asked who is
 *   claim     the server said who is here: their seat, or a new one, with everybody else's destroyed
 *   shred     nobody is here any more: the keys are destroyed, then the records, in all tabs
 */
import { makeKeys, seal, unseal } from './seal';
import { type Seat, seatAt } from './seat';
import type { KeyRow, Shelf } from './shelf';

/** What tells accounts apart: the server names none. The number may change, the moment it was opened does not. */
export interface Owner {
  since: string;
  phone: string | null;
}

/** Why another tab's doing ends this one's seat. */
export type Ended = 'signed-out' | 'other-account';

/** How tabs tell each other. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;

type News = { label: string; is: 'shredded' | 'claimed' };

export interface Vault {
  /** The seat as it is once everything asked for before is done; null without one. */
  ready(): Promise<Seat | null>;
  /** The seat just now. */
  seat(): Seat | null;
  resume(): Promise<Seat | null>;
  /** `arrived`: somebody has just signed in, and the number too must be that of the seat's owner. */
  claim(owner: Owner, arrived?: boolean): Promise<Seat | null>;
  /** The same owner, whose number has just changed. */
  rename(owner: Owner): Promise<void>;
  shred(): Promise<void>;
  /** Hears when another tab ended this one's seat. */
  onEnded(listener: (why: Ended) => void): () => void;
}

export function createVault(opening: Promise<Shelf | null>, channel: Channel | null): Vault {
  const listeners = new Set<(why: Ended) => void>();
  let seat: Seat | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: a sign-out that follows a sign-in closely must find what that one made. */
  function inTurn<T>(work: (shelf: Shelf) => Promise<T>, without: T): Promise<T> {
    const run = last.then(async () => {
      const shelf = await opening;
      // A shelf that fails is as good as none: the app goes on without keeping.
      return shelf ? work(shelf).catch(() => without) : without;
    });
    last = run;
    return run;
  }

  function take(shelf: Shelf, row: KeyRow | undefined): Seat | null {
    if (!row) seat = null;
    else if (seat?.label !== row.label) seat = seatAt(shelf, row);
    return seat;
  }

  async function claimed(shelf: Shelf, owner: Owner, arrived: boolean): Promise<Seat | null> {
    const held = await shelf.key();
    if (held && (await isOwner(held, owner, arrived))) return take(shelf, held);
    if (held) await shelf.shred(held.label);
    const fresh = await shelf.claim(await keysFor(owner));
    if (!(await isOwner(fresh, owner, arrived))) return take(shelf, undefined);
    say({ label: fresh.label, is: 'claimed' });
    return take(shelf, fresh);
  }

  async function shredded(shelf: Shelf): Promise<void> {
    const held = await shelf.key();
    await shelf.shred();
    if (held) say({ label: held.label, is: 'shredded' });
    seat = null;
  }

  function say(news: News): void {
    channel?.postMessage(news);
  }

  function hear({ label, is }: News): void {
    if (!seat || (label === seat.label) !== (is === 'shredded')) return;
    seat = null;
    for (const listener of listeners) listener(is === 'shredded' ? 'signed-out' : 'other-account');
  }

  if (channel) channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);
  return {
    ready: () => last.then(() => seat),
    seat: () => seat,
    resume: () => inTurn(async (shelf) => take(shelf, await shelf.key()), null),
    claim: (owner, arrived = false) => inTurn((shelf) => claimed(shelf, owner, arrived), null),
    rename: (owner) => inTurn((shelf) => renamed(shelf, seat?.label, owner), undefined),
    shred() {
      seat = null;
      return inTurn(shredded, undefined);
    },
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function keysFor(owner: Owner): Promise<KeyRow> {
  const keys = await makeKeys();
  return { ...keys, owner: await seal(keys, 'keys', 'owner', owner, Date.now()) };
}

async function isOwner(row: KeyRow, owner: Owner, arrived: boolean): Promise<boolean> {
  const known = await unseal<Owner>(row, 'keys', row.owner);
  return known?.since === owner.since && (!arrived || known.phone === owner.phone);
}

async function renamed(shelf: Shelf, label: string | undefined, owner: Owner): Promise<void> {
  const row = await shelf.key();
  if (row && row.label === label) await shelf.rename(row.label, await seal(row, 'keys', 'owner', owner, Date.now()));
}
