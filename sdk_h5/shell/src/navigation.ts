import type { Router } from 'vue-router';
import { isShellPage, ownPath } from './paths';

/** Back to where the resident came from within the app; to `fallback` after a deep link. */
export function goBack(router: Router, fallback: string): void {
  if (cameFrom(history.state) === null) void router.replace(fallback);
  else router.back();
}

/**
 * On to where the resident was headed, which may be a page of the server such as `/oauth/authorize`; home where the
 * wish leads off this origin.
 */
export async function goOn(
  router: Router,
  wish: unknown,
  leave = (path: string) => location.assign(path),
): Promise<void> {
  const path = ownPath(wish, location.origin) ?? '/';
  if (isShellPage(path.split(/[?#]/)[0] ?? '/')) await router.replace(path);
  else leave(path);
}

/** The app's page before this one, as vue-router keeps it in the history entry. */
export function cameFrom(state: unknown): string | null {
  if (typeof state !== 'object' || state === null) return null;
  const { back } = state as { back?: unknown };
  return typeof back === 'string' ? back : null;
}

/** The Navigation API's part that is used here; not every browser has it. */
interface Trail {
  currentEntry: { index: number } | null;
  entries(): { key: string }[];
  traverseTo(key: string): { finished: Promise<unknown> };
}

/**
 * Leaves a service page. The frame's own steps lie in the same history, and a plain `back` would
 * only undo the last of them, so the page before is named by its key where the browser can.
 */
export async function leaveService(router: Router, trail: Trail | undefined = trailOf(window)): Promise<void> {
  const before = trail ? keyBefore(trail) : undefined;
  const from = cameFrom(history.state);
  if (trail && before && from !== null && !from.startsWith('/sign-in')) {
    await trail.traverseTo(before).finished.catch(() => router.replace('/'));
  } else {
    await router.replace('/');
  }
}

function keyBefore(trail: Trail): string | undefined {
  const index = trail.currentEntry?.index ?? 0;
  return trail.entries()[index - 1]?.key;
}

function trailOf(page: object): Trail | undefined {
  return (page as { navigation?: Trail }).navigation;
}
