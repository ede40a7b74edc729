import { createBack } from './back.js';
import { flag, optionalPath, text } from './params.js';
import type { Handlers } from './serve.js';
import type { Surroundings } from './surroundings.js';
import { inApp, type Whereabouts } from './whereabouts.js';

/** Going elsewhere: a browser leads back to where the resident came from, and into the app where it is known. */
export function leaving({ window, go }: Surroundings, { app }: Whereabouts, pressed: () => void): Handlers {
  const back = createBack(window, pressed);
  // A tab that a person opened, with nothing before this page, is theirs to close.
  const mayClose = window.history.length > 1 || window.opener !== null;
  return {
    'ui.back': async (params) => back(flag(params)),
    ...(mayClose && {
      'ui.close': async () => {
        window.close();
        if (!window.closed) window.history.back();
      },
    }),
    ...(app !== undefined && {
      open: async (params) => go(inApp(app, text(params, 'service'), optionalPath(params))),
    }),
  };
}
