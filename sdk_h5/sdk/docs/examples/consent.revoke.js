import { city } from '/sdk/v1/onecity.js';

/** The app asks first; afterwards this page is closed, so nothing comes back. */
export default async function example() {
  await city.consent.revoke();
}
