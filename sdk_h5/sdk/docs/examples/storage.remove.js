import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.storage.set('scratch', 1);
  await city.storage.remove('scratch');
  return { left: await city.storage.get('scratch') };
}
