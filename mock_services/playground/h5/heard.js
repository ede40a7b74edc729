import { city } from '/sdk/v1/onecity.js';

const EVENTS = ['theme', 'locale', 'elder', 'a11y', 'shown', 'hidden', 'back', 'queue', 'revoked', 'release.revoked', 'unloaded'];
const MOST = 50;

/** What the app told this page, newest first. */
export const heard = [];

export function follow() {
  for (const name of EVENTS) {
    city.on(name, (payload) => {
      heard.unshift({ name, payload, at: new Date() });
      heard.length = Math.min(heard.length, MOST);
    });
  }
}
