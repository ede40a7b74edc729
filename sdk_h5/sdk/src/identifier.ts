/** `randomUUID` is missing on plain-http pages and old web views; the same source of randomness is not. */
export function newIdentifier(): string {
  return crypto.randomUUID?.() ?? `${crypto.getRandomValues(new Uint32Array(4))}`;
}
