import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.storage.set('district', { id: 'huangpu', name: '黄浦区' });
  return city.storage.get('district');
}
