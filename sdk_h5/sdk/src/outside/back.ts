import { own } from '../shape.js';

const OURS = 'onecity-back';

/**
 * Lets the page hear of the back button: while it wants to, one entry of the history stands above the page's own, and
 * the button takes that away instead of leaving. A router of the page may push its own above it and is not disturbed.
 */
export function createBack(window: Window, pressed: () => void): (on: boolean) => void {
  const { history } = window;
  let wanted = false;
  const guarded = (): boolean => own(history.state, OURS) === true;
  const guard = (): void => history.pushState({ ...history.state, [OURS]: true }, '');
  window.addEventListener('popstate', () => {
    if (!wanted || guarded()) return;
    guard();
    pressed();
  });
  return (on) => {
    const before = wanted;
    wanted = on;
    if (on && !before) guard();
    if (!on && before && guarded()) history.back();
  };
}
