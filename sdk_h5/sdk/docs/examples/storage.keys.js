import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.storage.set('draft', '…');
  return city.storage.keys();
}
