import { city } from '/sdk/v1/onecity.js';

const UPSTREAM = 'appointments';

async function read(path, signal) {
  const response = await city.call(UPSTREAM, path, { signal });
  return response.json();
}

/** `key` names one wish of the resident: a retry of the same tap sends the same key and books once. */
async function write(path, key, init) {
  const response = await city.call(UPSTREAM, path, { method: 'POST', key, ...init });
  return response.json();
}

const query = (members) => new URLSearchParams(Object.entries(members).filter(([, value]) => value));

export const newKey = () => crypto.randomUUID();

export const listDistricts = async (signal) => (await read('/districts', signal)).items;
export const listServices = async (signal) => (await read('/services', signal)).items;
export const listSites = async (service, signal) => (await read(`/sites?${query({ service, limit: 100 })}`, signal)).items;
export const listDays = (site, service, signal) =>
  read(`/sites/${encodeURIComponent(site)}/days?${query({ service })}`, signal);
export const listSlots = async (site, service, date, signal) =>
  (await read(`/slots?${query({ site, service, date })}`, signal)).items;

export const holdSlot = (slotId, key) => write('/holds', key, { json: { slot_id: slotId } });
/** Without a network it is not put off: the place is held for minutes, and the resident has to know. */
export const confirmBooking = (id, key) => write(`/bookings/${encodeURIComponent(id)}/confirmation`, key);
/** May wait in the app for the network (then it rejects with QUEUED): late is better than never. */
export const cancelBooking = (id, key, title) => write(`/bookings/${encodeURIComponent(id)}/cancellation`, key, { queue: { title } });
export const getBooking = (id, signal) => read(`/bookings/${encodeURIComponent(id)}`, signal);
export const listBookings = (cursor, signal) => read(`/bookings?${query({ cursor, limit: 20 })}`, signal);
