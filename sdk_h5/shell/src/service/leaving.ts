/** The phone's own way back: a step in the history, which the page in front may want for itself. */
import { onScopeDispose } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRouter } from 'vue-router';

const SETTLED_MS = 50;

/**
 * `takes` says whether that step is used up here, and does what it is used for; the route then stays. Every other way
 * of leaving, such as a link or the end of the session, is let through.
 */
export function useWayBack(takes: () => boolean): { leaving: () => void } {
  let popped = false;
  let released = false;

  // Told of a step together with the router, whose guards come after; an event of ours would come too late.
  const forget = useRouter().options.history.listen(() => {
    popped = true;
    setTimeout(() => {
      popped = false;
    }, SETTLED_MS);
  });
  onScopeDispose(forget);
  const stays = () => !(popped && !released && takes());
  onBeforeRouteLeave(stays);
  // From one service back to another the route is the same.
  onBeforeRouteUpdate(stays);
  return {
    leaving: () => {
      released = true;
    },
  };
}
