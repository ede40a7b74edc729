import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const files = await city.pickFile({ accept: 'image/*,.pdf', multiple: true });
  return files.map(({ name, type, size }) => ({ name, type, size }));
}
