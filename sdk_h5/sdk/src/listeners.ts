import type { EventName, Events } from './wire.js';

export type Listener<E extends EventName> = (payload: Events[E]) => void;

/**
 * Listening on the platform's own target, where a listener that throws disturbs no other and window.onerror hears of
 * it. Gives the function that ends it.
 */
export function listen<E extends EventName>(target: EventTarget, event: E, listener: Listener<E>): () => void {
  // Where nothing is carried, `CustomEvent` says null.
  const hear = ({ detail }: Event & { detail?: unknown }): void => listener((detail ?? undefined) as never);
  target.addEventListener(event, hear);
  return () => target.removeEventListener(event, hear);
}
