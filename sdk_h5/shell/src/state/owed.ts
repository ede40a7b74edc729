/**
 * A sign-out that the city could not be told of. Nothing of the resident is left on the device then; the session itself
 * ends as soon as there is a network. What is kept says only that: neither who, nor when.
 */
const KEY = 'onecity-sign-out-owed';

/** Without storage there is nothing to remember it in: the session then ends when it is idle for long. */
export function owe(on: boolean): void {
  try {
    if (on) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    return;
  }
}

export function owes(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
