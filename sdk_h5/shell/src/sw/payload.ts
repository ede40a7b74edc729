import { ownPath } from '../paths';

export interface PushMessage {
  title: string;
  body: string;
  /** A path of the app, checked. */
  path: string;
  tag: string | undefined;
}

const FALLBACK: PushMessage = { title: '一城通办', body: '您有一条新消息', path: '/inbox', tag: undefined };

/** Reads a push payload. Browsers demand that something is shown, so anything unreadable becomes a plain hint. */
export function readPush(text: string | undefined, origin: string): PushMessage {
  const value = parsed(text);
  if (typeof value.title !== 'string' || value.title === '') return FALLBACK;
  return {
    title: value.title,
    body: typeof value.body === 'string' ? value.body : '',
    path: ownPath(value.url, origin) ?? FALLBACK.path,
    tag: typeof value.tag === 'string' ? value.tag : undefined,
  };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
