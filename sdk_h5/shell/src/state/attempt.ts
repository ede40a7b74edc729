import { type Ref, ref } from 'vue';
import { isProblem } from '@/api/client';
import { describe } from '@/i18n/problems';

export interface Attempts {
  /** Which of the page's steps is under way; empty when none is. */
  busy: Ref<string>;
  /** Why the last step did not work, in the resident's words. */
  problem: Ref<string>;
  /** Does the work, once at a time, and answers whether it was done. */
  attempt: (work: () => Promise<unknown>, step?: string) => Promise<boolean>;
}

/** One form's dealings with the server. A step the resident called off is no problem to speak of. */
export function useAttempts(): Attempts {
  const busy = ref('');
  const problem = ref('');

  async function attempt(work: () => Promise<unknown>, step = 'busy'): Promise<boolean> {
    if (busy.value) return false;
    busy.value = step;
    problem.value = '';
    try {
      await work();
      return true;
    } catch (error) {
      problem.value = calledOff(error) ? '' : describe(error);
      return false;
    } finally {
      busy.value = '';
    }
  }

  return { busy, problem, attempt };
}

/** The resident closed the browser's own sheet for passkeys, or our question whether it is them. */
export function calledOff(error: unknown): boolean {
  if (isProblem(error, 'reauthentication-needed')) return true;
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}
