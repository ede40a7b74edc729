import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const response = await city.call('playground', '/echo', { json: { text: '你好' } });
  const { text, at } = await response.json();
  return { status: response.status, text, at };
}
