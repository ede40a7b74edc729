/** The button back while a page wants to hear of it: once. A mini-service can never keep a resident. */

const AGAIN_MS = 2_000;
/** Whoever presses again that soon may not get where they want to. */
const PUZZLED_MS = 10_000;

export interface BackOptions {
  /** Whether a page is there to be told. */
  ready: () => boolean;
  tell: () => void;
  leave: () => unknown;
  /** Says that two presses at once leave. */
  hint: () => void;
  now?: () => number;
}

export interface Back {
  /** What the page wished for; a page that loads anew has wished for nothing. */
  want: (on: boolean) => void;
  /** Whether a press now would go to the page. */
  kept: () => boolean;
  press: () => void;
}

/**
 * The first press is told to the page, the second within two seconds leaves, whatever the page does. Where no page
 * answers the bridge, or none asked for it, the first one leaves.
 */
export function makeBack({ ready, tell, leave, hint, now = () => performance.now() }: BackOptions): Back {
  let wanted = false;
  let pressed = Number.NEGATIVE_INFINITY;

  const kept = (): boolean => wanted && ready() && now() - pressed >= AGAIN_MS;

  function press(): void {
    if (!kept()) return void leave();
    if (now() - pressed < PUZZLED_MS) hint();
    pressed = now();
    tell();
  }

  return {
    want: (on) => {
      wanted = on;
    },
    kept,
    press,
  };
}
