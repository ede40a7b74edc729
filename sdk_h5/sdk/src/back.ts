import type { City } from './city.js';
import type { Ask } from './create.js';

/** The app is told when the first listener comes and when the last one leaves. */
export function backButton(on: City['on'], ask: Ask): City['ui']['back'] {
  const listening = new Set<object>();
  const tell = (wanted: boolean): unknown => listening.size || ask('ui.back', { on: wanted }).catch(() => {});
  return (listener) => {
    const stop = on('back', listener);
    tell(true);
    listening.add(stop);
    return () => {
      stop();
      if (listening.delete(stop)) tell(false);
    };
  };
}
