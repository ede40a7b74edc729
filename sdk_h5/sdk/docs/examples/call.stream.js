import { city } from '/sdk/v1/onecity.js';

/** The body is the browser's own stream: each part is there when it comes. */
export default async function example() {
  const began = performance.now();
  const response = await city.call('playground', '/stream?parts=4');
  const parts = [];
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push({ part: decoder.decode(value).trim(), ms: Math.round(performance.now() - began) });
  }
}
