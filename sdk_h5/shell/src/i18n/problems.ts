import { ApiProblem } from '@/api/client';
import { isMessageKey, type MessageKey, t, type Words } from './index';

/** One plain sentence for any failure: ours for what we know, else the server's, else a general one. */
export function describe(error: unknown): string {
  if (!(error instanceof ApiProblem)) return t('problem.unknown');
  const key = `problem.${error.slug}`;
  if (isMessageKey(key) && speaks(key, error)) return t(key, wordsOf(error));
  return error.detail || t('problem.unknown');
}

/** A sentence with a number is ours to say only when the server gave the number. */
function speaks(key: MessageKey, error: ApiProblem): boolean {
  return !t(key).includes('{n}') || wordsOf(error).n !== undefined;
}

function wordsOf(error: ApiProblem): Words {
  const n = error.members.tries_left ?? error.members.retry_after;
  return typeof n === 'number' ? { n } : {};
}

/** What came of signing in with another provider, as the address of the sign-in page says it; empty for nothing. */
export function externalAnswer(answer: unknown): string {
  if (typeof answer !== 'string' || answer === '') return '';
  const key = `external.${answer}`;
  return isMessageKey(key) ? t(key) : t('external.failed');
}
