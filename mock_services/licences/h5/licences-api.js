import { city } from '/sdk/v1/onecity.js';

const UPSTREAM = 'licences';

async function read(path, signal) {
  const response = await city.call(UPSTREAM, path, { signal });
  return response.json();
}

/** `key` names one wish of the resident: a retry of the same tap sends the same key and does it once. */
async function write(path, key, json) {
  const response = await city.call(UPSTREAM, path, { method: 'POST', json, key });
  return response.json();
}

const licencePath = (id) => `/licences/${encodeURIComponent(id)}`;

export const listLicences = async (signal) => (await read('/licences', signal)).items;
export const getLicence = (id, signal) => read(licencePath(id), signal);
export const createCode = (id, key) => write(`${licencePath(id)}/codes`, key);
export const verifyCode = (code, key) => write(`/verify/${encodeURIComponent(code)}`, key);
export const createShare = (id, wish, key) => write(`${licencePath(id)}/shares`, key, wish);
export const listShares = (cursor, signal) => read(`/shares?${new URLSearchParams(cursor ? { cursor } : {})}`, signal);
export const createSignature = (wish, key) => write('/signatures', key, wish);

export async function endShare(id) {
  const response = await city.call(UPSTREAM, `/shares/${encodeURIComponent(id)}`, { method: 'DELETE' });
  return response.json();
}
