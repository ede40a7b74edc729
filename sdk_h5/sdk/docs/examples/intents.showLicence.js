import { city } from '/sdk/v1/onecity.js';

/** The department's own server verifies the city's signature over the answer. */
export default async function example() {
  const answer = await city.intents.showLicence({ type: 'id-card', purpose: '演示：办理居住登记' });
  if (!answer) return 'the resident left';
  const response = await city.call('playground', '/intents', { json: { token: answer.token } });
  const { claims } = await response.json();
  return { result: answer.result, signed: { provider: claims.provider, result: claims.result } };
}
