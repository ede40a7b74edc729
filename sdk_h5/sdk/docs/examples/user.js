import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const { sub, loa, name, actingFor } = await city.user();
  return { sub, loa, name, actingFor };
}
