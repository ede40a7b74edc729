import { city } from '/sdk/v1/onecity.js';

/** The event is a note that is made first: each can be rated once. */
export default async function example() {
  const response = await city.call('playground', '/notes', { json: { text: '办好了一件事' }, key: true });
  const note = await response.json();
  const rated = await city.rate({ event: note.id, title: note.text });
  return rated ? rated.grade : 'no grade';
}
