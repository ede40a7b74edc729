import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const answer = await city.intents.pay({
    order: 'demo-1',
    title: '不动产登记费',
    amount: { amount: 8000, currency: 'CNY' },
  });
  return answer ? answer.result : 'the resident left';
}
