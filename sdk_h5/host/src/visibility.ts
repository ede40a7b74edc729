/** The document whose visibility is that of the frame in it. */
export type Shown = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

/** Whether anybody can see the page in the frame. */
export interface Visibility {
  readonly hidden: boolean;
  /** The app says so itself: it covered the frame, or uncovered it. */
  tell(hidden: boolean): void;
  stop(): void;
}

/** Watches the app's own document and listens to the app; `onHidden` is called each time nobody sees the page any more. */
export function watchVisibility(shown: Shown | undefined, onHidden: () => void): Visibility {
  let covered = false;
  const hidden = (): boolean => covered || shown?.hidden === true;
  const changed = (): void => {
    if (hidden()) onHidden();
  };
  shown?.addEventListener('visibilitychange', changed);
  return {
    get hidden() {
      return hidden();
    },
    tell(now) {
      covered = now;
      changed();
    },
    stop: () => shown?.removeEventListener('visibilitychange', changed),
  };
}
