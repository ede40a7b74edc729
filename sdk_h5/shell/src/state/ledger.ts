import type { LedgerEntry, ServiceName } from '@/api/types';

export interface Day {
  /** The time of the day's first entry in the list. */
  at: string;
  entries: LedgerEntry[];
}

/** Entries, newest first, cut where the local day changes. */
export function byDay(entries: readonly LedgerEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const last = days.at(-1);
    if (last && dayOf(last.at) === dayOf(entry.at)) last.entries.push(entry);
    else days.push({ at: entry.at, entries: [entry] });
  }
  return days;
}

const dayOf = (at: string): string => new Date(at).toDateString();

/** The services of these entries, each once, to filter by. */
export function servicesIn(entries: readonly LedgerEntry[]): ServiceName[] {
  return [...new Map(entries.map((entry) => [entry.service.id, entry.service])).values()];
}
