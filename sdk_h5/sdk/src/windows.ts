import type { Greeting } from './handshake.js';

/** The windows the bridge needs; tests hand in others. */
export interface Windows {
  self: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** The window above; null or undefined when there is none. */
  parent: Pick<Window, 'postMessage'> | null | undefined;
  /** Whether an adapter may be asked for this method of the wire where no page frames this one; '' is for `ready`. */
  welcomes?: (method: unknown) => boolean;
  /** Finds that adapter. */
  standIn?: () => Promise<Greeting>;
}

/** Outside a browser (a build, a server) there is no window, hence no host. */
export function windows(): Windows {
  const self = globalThis as unknown as Window;
  const { parent } = self;
  return { self, parent: parent === self ? null : parent };
}
