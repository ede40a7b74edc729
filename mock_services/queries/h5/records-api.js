import { city } from '/sdk/v1/onecity.js';

const UPSTREAM = 'social-records';

async function read(path, signal) {
  const response = await city.call(UPSTREAM, path, { signal });
  return response.json();
}

const query = (members) => new URLSearchParams(Object.entries(members).filter(([, value]) => value));

export const getSocialInsurance = (signal) => read('/social-insurance', signal);
export const getHousingFund = (signal) => read('/housing-fund', signal);
export const listSocialRecords = (year, cursor, signal) =>
  read(`/social-insurance/records?${query({ year, cursor, limit: 12 })}`, signal);
export const listFundRecords = (cursor, signal) => read(`/housing-fund/records?${query({ cursor, limit: 12 })}`, signal);
