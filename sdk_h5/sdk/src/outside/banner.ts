import { make, type Stage } from './stage.js';
import { wordsOf } from './words.js';

/** A way into the app at the foot of the page. It is a link: nothing happens before the resident taps it. */
export function showBanner(stage: Stage, address: () => string): void {
  const words = wordsOf(stage.window);
  const banner = make(stage, 'section', 'banner');
  const link = make(stage, 'a', 'main', words.open);
  const close = make(stage, 'button', '', words.close);
  banner.setAttribute('aria-label', words.open);
  link.href = address();
  // The page may have moved on since, within itself.
  link.onclick = () => {
    link.href = address();
  };
  close.onclick = () => banner.remove();
  banner.append(link, close);
  stage.show(banner);
}
