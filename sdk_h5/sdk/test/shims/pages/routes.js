// The one new file: where each api name of the old gateway leads.
mgop.routes({
  'mgop.city.venue.list': 'venues/halls',
  'mgop.city.venue.book': 'venues/halls/{hall}/bookings',
});
