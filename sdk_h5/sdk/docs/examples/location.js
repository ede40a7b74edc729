import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const { latitude, longitude, accuracy } = await city.location();
  return { latitude, longitude, accuracy };
}
