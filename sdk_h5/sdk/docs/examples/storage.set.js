import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.storage.set('draft', { step: 2, answers: ['是', null], saved: Date.now() });
  return city.storage.get('draft');
}
