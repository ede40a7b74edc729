import { CityError, city } from '/sdk/v1/onecity.js';

export default async function example() {
  try {
    await city.call('playground', '/slow?seconds=10', { deadline: 500 });
    return 'in time';
  } catch (error) {
    if (error instanceof CityError && error.code === 'TIMEOUT')
      return 'too slow: the call was given up after half a second';
    throw error;
  }
}
