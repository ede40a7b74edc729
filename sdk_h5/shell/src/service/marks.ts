/**
 * Where the time of opening a service goes, for whoever measures it, in the browser's own timeline:
 *
 *   service:open       mark     the resident wants the service
 *   service:frame      measure  from there until the frame has its address
 *   service:handshake  measure  from the page's first word until it was answered
 *   service:ready      measure  from service:open until the page shook hands and its token is there
 */
const OPEN = 'service:open';

export function markOpen(): void {
  performance.mark(OPEN);
}

export function measureFrame(): void {
  since(OPEN, 'service:frame');
}

export function measureReady(): void {
  since(OPEN, 'service:ready');
}

/** `from`: when the word came, on the page's own clock. */
export function measureHandshake(from: number): void {
  performance.measure('service:handshake', { start: from, end: performance.now() });
}

function since(start: string, name: string): void {
  // The last mark of that name is the one that counts.
  if (performance.getEntriesByName(start, 'mark').length) performance.measure(name, start);
}
