/** The one question whether it is really the owner, put over whatever page they are on. */
import { ref } from 'vue';

export const stepUpSheet = ref(false);
let pending: Promise<boolean> | null = null;
let settle: (proved: boolean) => void = () => undefined;

/** Resolves with whether the resident proved it. All that ask at the same time get the same answer. */
export function reauthenticate(): Promise<boolean> {
  pending ??= new Promise((resolve) => {
    stepUpSheet.value = true;
    settle = (proved) => {
      stepUpSheet.value = false;
      pending = null;
      resolve(proved);
    };
  });
  return pending;
}

export function closeStepUp(proved: boolean): void {
  settle(proved);
}
