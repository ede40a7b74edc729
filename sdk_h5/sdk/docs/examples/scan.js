import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const found = await city.scan();
  return found ? found.text : 'the resident left';
}
