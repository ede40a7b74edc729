import { city } from '/sdk/v1/onecity.js';

/** The department's own server reads the token; here the playground's does, and shows what it says. */
export default async function example() {
  const { token } = await city.token();
  const response = await city.call('playground', '/identities', { json: { token } });
  return response.json();
}
