import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const answer = await city.intents.request('showLicence', { purpose: '演示' });
  return answer ? { provider: answer.provider, result: answer.result } : 'the resident left';
}
