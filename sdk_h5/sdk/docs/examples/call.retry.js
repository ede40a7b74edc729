import { city } from '/sdk/v1/onecity.js';

/** `/flaky` answers 503 twice for each key: the SDK repeats the call, with the same key. */
export default async function example() {
  const response = await city.call('playground', '/flaky', { method: 'POST', key: crypto.randomUUID() });
  return response.json();
}
