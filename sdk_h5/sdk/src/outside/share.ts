import { unavailable } from './location.js';
import { optionalPath, optionalText, text } from './params.js';
import type { Here } from './surroundings.js';
import { inApp, pathOf, type Whereabouts } from './whereabouts.js';

export interface Link {
  title: string;
  text?: string;
  url: string;
}

/** What is to be shared: a link into the app where it is known, else to this very page. */
export function linkOf(here: Here, { app, service }: Whereabouts, params: unknown): Link {
  const path = optionalPath(params) ?? pathOf(here);
  const words = optionalText(params, 'text');
  return {
    title: text(params, 'title'),
    ...(words !== undefined && { text: words }),
    url: app ? inApp(app, service.id, path) : here.location.origin + path,
  };
}

/** By the device's own sheet where there is one; else the link is copied, which `copied` tells the resident. */
export async function share({ navigator }: Here, link: Link, copied: () => void): Promise<{ shared: boolean }> {
  if ('share' in navigator) {
    const outcome = await navigator.share(link).then(
      () => 'shared',
      (error: unknown) => (error instanceof Error || error instanceof DOMException ? error.name : ''),
    );
    if (outcome === 'shared' || outcome === 'AbortError') return { shared: outcome === 'shared' };
  }
  await navigator.clipboard.writeText(link.url).catch(() => {
    throw unavailable('share');
  });
  copied();
  return { shared: true };
}
