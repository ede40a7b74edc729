import type { Accessibility } from '@onecity/host';
import { onScopeDispose, watch } from 'vue';
import { preferences, textScale } from '@/state/preferences';

const USUAL_PX = 16;

const motion = () => matchMedia('(prefers-reduced-motion: reduce)');
const contrast = () => matchMedia('(prefers-contrast: more)');

/** What helps this resident to read, of the system's settings, the browser's and the app's own. */
export const accessibility = (): Accessibility => ({
  reducedMotion: motion().matches,
  moreContrast: contrast().matches,
  textScale: scale(),
});

/** How large the resident likes text, by the browser's setting and by the app's. */
function scale(): number {
  const browser = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX;
  return Math.round((browser || 1) * textScale() * 100) / 100;
}

/** Tells of every change while the calling component is there. */
export function onAccessibility(tell: (now: Accessibility) => void): void {
  const changed = () => tell(accessibility());
  const queries = [motion(), contrast()];
  for (const query of queries) query.addEventListener('change', changed);
  watch(() => ({ ...preferences }), changed, { flush: 'post' });
  onScopeDispose(() => {
    for (const query of queries) query.removeEventListener('change', changed);
  });
}
