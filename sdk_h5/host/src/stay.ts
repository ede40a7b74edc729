/** What a page that greets while it loads may take for the rest of loading: pictures on a thin network, say. */
const OWN_LOAD_MS = 60_000;
/** What the news of a load that is past may take to come from the page's process to the app's. */
const NEWS_MS = 2_000;

/** Whether the frame still holds the document that shook hands. */
export interface Stay {
  /** A document shook hands; `loaded` when it says that its own load event is past. */
  greeted(loaded: boolean): void;
  /** To be asked at every load event of the frame: is it another document's? */
  leftAtLoad(): boolean;
}

/**
 * A document loads once. One that greets while it loads has its own load event to come; every other one is that of
 * another document, whose page has not greeted. Browsers that say when a port's page is gone (the port's `close`
 * event) tell sooner; this holds in all of them, and when the page gave its port away before it left.
 */
export function createStay(): Stay {
  let ownLoadUntil = 0;
  return {
    greeted(loaded) {
      ownLoadUntil = performance.now() + (loaded ? NEWS_MS : OWN_LOAD_MS);
    },
    leftAtLoad() {
      const ownLoad = performance.now() < ownLoadUntil;
      ownLoadUntil = 0;
      return !ownLoad;
    },
  };
}
