import { CityError, city } from '/sdk/v1/onecity.js';

/** Switch the network off before running it, and on again afterwards: the note is there once. */
export default async function example() {
  try {
    const response = await city.call('playground', '/notes', {
      json: { text: '记一笔' },
      queue: { title: '保存便签' },
    });
    return { sent: await response.json() };
  } catch (error) {
    if (error instanceof CityError && error.code === 'QUEUED') return { waits: error.reference };
    throw error;
  }
}
