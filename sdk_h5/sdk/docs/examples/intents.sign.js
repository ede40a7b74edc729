import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const answer = await city.intents.sign({ title: '租房合同备案', digest: await digestOf('合同全文……') });
  return answer ? answer.result : 'the resident left';
}

/** @param {string} text */
async function digestOf(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha-256=:${btoa(String.fromCharCode(...new Uint8Array(hash)))}:`;
}
