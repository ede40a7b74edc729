export interface Steps {
  /** True while the mini-service has steps of its own to go back through. */
  inside: () => boolean;
  back: () => void;
}

/**
 * Counts the steps a mini-service took within its frame. They lie in the same history as the app's
 * own, and all that can be seen of them is that the history grew.
 */
export function useSteps(trail: Pick<History, 'length' | 'back'> = history): Steps {
  const atStart = trail.length;
  let taken = 0;
  return {
    inside: () => trail.length - atStart > taken,
    back() {
      taken += 1;
      trail.back();
    },
  };
}
