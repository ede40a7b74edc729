import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const calls = await city.queue.list();
  return calls.map(({ title, state, at }) => ({ title, state, at }));
}
