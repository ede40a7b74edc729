import type { Outcome } from './stage.js';

/** As much of an assertion library as runs in any browser. */

export class Disappointed extends Error {
  override readonly name = 'Disappointed';
}

export function must(fact: boolean, otherwise: string): asserts fact {
  if (!fact) throw new Disappointed(otherwise);
}

/** Both are the same once written as text; undefined, which JSON leaves out, is told apart. */
export function same(found: unknown, wanted: unknown, what = 'It'): void {
  const [is, should] = [written(found), written(wanted)];
  must(is === should, `${what} is ${is}, not ${should}.`);
}

export function failed(outcome: Outcome | undefined, code: string, more: Partial<Outcome['error']> = {}): void {
  const error = { ...outcome?.error } as Record<string, unknown>;
  must(error.code === code, `The call ended with ${written(outcome)}, not with ${code}.`);
  for (const [key, value] of Object.entries(more)) same(error[key], value, `${key} of ${code}`);
}

export function passing(ms = 30): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits until something holds, which is not to take longer than `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    must(performance.now() < end, `Still not so after ${ms} ms: ${what}.`);
    await passing(10);
  }
}

function written(value: unknown): string {
  return (JSON.stringify(value, shown) ?? 'undefined').slice(0, 600);
}

function shown(_: string, value: unknown): unknown {
  if (value === undefined) return '(undefined)';
  if (value instanceof Map || value instanceof Set) return [...value];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}
