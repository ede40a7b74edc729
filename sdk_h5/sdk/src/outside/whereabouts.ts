import { own, ownText } from '../shape.js';
import type { Context, LocalText } from '../wire.js';
import type { Here } from './surroundings.js';

/** Which service this page belongs to, and where its app is; `app` is missing on a laptop. */
export interface Whereabouts {
  app: string | undefined;
  service: Context['service'];
}

const PATIENCE_MS = 800;

/** What the page says of it: `<meta name="onecity-outside" content="…">`; '' for nothing. */
export function wishOf({ document }: Window): string {
  return document.querySelector<HTMLMetaElement>('meta[name="onecity-outside"]')?.content ?? '';
}

/** Every city's mini-service hosts say where they belong; a page elsewhere names the app as its wish. */
export async function findOut(here: Here): Promise<Whereabouts> {
  const told = await Promise.race([ask(here), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  const service = own(told, 'service');
  const name = own(service, 'name') as LocalText;
  return {
    app: ownText(told, 'app') ?? wishOf(here).match(/^https?:\/\/[^/]+/)?.[0],
    service: {
      id: ownText(service, 'id') ?? here.location.hostname.replace(/\..*/, ''),
      name: ownText(name, 'zh-CN') ? name : { 'zh-CN': here.document.title },
      version: ownText(service, 'version') ?? '',
    },
  };
}

async function ask(here: Here): Promise<unknown> {
  const answer = await here.fetch('/sdk/v1/place.json').catch(() => undefined);
  return answer?.ok && answer.json().catch(() => undefined);
}

/** The page's address in the app: there the resident signs in, and the page is framed and has everything. */
export function inApp(app: string, service: string, path?: string): string {
  const place = `${app}/s/${encodeURIComponent(service)}`;
  return path === undefined ? place : `${place}?path=${encodeURIComponent(path)}`;
}

export function pathOf({ location }: Window): string {
  return location.pathname + location.search + location.hash;
}
