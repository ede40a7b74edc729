/** Runs a documented example: what came of it, and in how many milliseconds. Never throws. */
export async function run(id) {
  const { default: example } = await import(`./examples/${id}.js`);
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    return { ok: true, result: await example(), ms: took() };
  } catch (error) {
    return { ok: false, error, ms: took() };
  }
}

/** A result as a developer reads it. */
export const shown = (value) => (value === undefined ? 'undefined' : JSON.stringify(value, null, 2));

/** What a CityError tells, a line each. */
export function told({ code, message, status, retry, hop, reference }) {
  const members = { code, message, status, retry, hop, reference };
  return Object.entries(members).filter(([, value]) => value !== undefined);
}
