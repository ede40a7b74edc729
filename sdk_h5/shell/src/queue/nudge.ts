/** The resident mended what held a waiting write up: it need not wait for the next minute. */
const listeners = new Set<() => void>();

export function onNudge(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function nudge(): void {
  for (const listener of listeners) listener();
}
