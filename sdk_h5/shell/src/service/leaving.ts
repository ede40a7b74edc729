/** The phone's own way back: a step in the history, which the page in front may want for itself. */
import { onScopeDispose } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

const SETTLED_MS = 50;

/**
 * `takes` says whether that step is used up here, and does what it is used for; the route then stays. Every other way
 * of leaving, such as a link or the end of the session, is let through.
 */
export function useWayBack(takes: () => boolean): { leaving: () => void } {
  let popped = false;
  let released = false;

  // Ahead of the router's listener, which asks the guards below before it comes back.
  const pop = () => {
    popped = true;
    setTimeout(() => {
      popped = false;
    }, SETTLED_MS);
  };
  window.addEventListener('popstate', pop, { capture: true });
  onScopeDispose(() => window.removeEventListener('popstate', pop, { capture: true }));
  onBeforeRouteLeave(() => !(popped && !released && takes()));
  return {
    leaving: () => {
      released = true;
    },
  };
}
