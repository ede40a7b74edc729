import { device } from './device.js';
import { drawn } from './drawn.js';
import { keptInTab } from './kept.js';
import { leaving } from './leaving.js';
import { createNotes } from './notes.js';
import type { Handlers } from './serve.js';
import type { Stage } from './stage.js';
import type { Surroundings } from './surroundings.js';
import type { Whereabouts } from './whereabouts.js';

/** What a browser can do by itself, without an app around and without knowing who is here. */
export function plainHandlers(around: Surroundings, where: Whereabouts, stage: Stage, pressed: () => void): Handlers {
  const notes = createNotes(stage);
  return {
    ...drawn(stage, notes),
    ...leaving(around, where, pressed),
    ...device(around, where, stage, notes),
    ...storageOf(around.window),
  };
}

/** Reading the property alone throws where the browser keeps nothing. */
function storageOf(window: Window): Handlers {
  try {
    return keptInTab(window.sessionStorage);
  } catch {
    return {};
  }
}
