import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  return city.phone('12345');
}
