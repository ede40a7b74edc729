import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const photo = await city.takePhoto();
  if (!photo) return 'the resident left';
  const response = await city.call('playground', '/uploads', { method: 'POST', body: photo });
  return response.json();
}
