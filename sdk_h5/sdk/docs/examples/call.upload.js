import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const body = new Blob([new Uint8Array(300_000)], { type: 'image/png' });
  let gone = 0;
  const response = await city.call('playground', '/uploads', {
    method: 'POST',
    body,
    onUpload: ({ loaded }) => {
      gone = loaded;
    },
  });
  return { gone, received: await response.json() };
}
