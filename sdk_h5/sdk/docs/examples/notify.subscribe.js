import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const { inbox, push } = await city.notify.subscribe({ topic: 'bookings' });
  return { inbox, push };
}
