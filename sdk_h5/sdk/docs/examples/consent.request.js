import { city } from '/sdk/v1/onecity.js';

/** Asked when it is needed, not at the start: the resident sees what for. */
export default async function example() {
  const { granted } = await city.consent.request(['device:location:read']);
  return { granted, mayLocate: granted.includes('device:location:read') };
}
