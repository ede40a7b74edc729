/** Where the keyboard and the screen reader are after the page changed: at its heading, and not lost with the old page. */
import { nextTick } from 'vue';
import type { Router } from 'vue-router';

/** Past the bars, to the content. */
export function focusMain(): void {
  focus(document.querySelector('main'));
}

/** Follows page after page; where the new page took the focus itself, or a sheet did, it stays there. */
export function followPages(router: Router): void {
  router.afterEach(async (to, from, failure) => {
    if (failure || from.matched.length === 0 || to.path === from.path) return;
    await nextTick();
    await nextTick(); // the first puts the page in, the second what it shows at once
    if (document.activeElement === document.body || document.activeElement === null)
      focus(document.querySelector('main h1'));
  });
}

function focus(element: HTMLElement | null): void {
  if (!element) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
