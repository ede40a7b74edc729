/** `token level-too-low, scan` as the codes by method; INTERNAL for a method that is named alone. */
export function readFailing(text: string): Record<string, string> {
  const wishes = text.split(',').map((wish) => wish.trim().split(/\s+/));
  return Object.fromEntries(wishes.filter(([method]) => method).map(([method, code = 'INTERNAL']) => [method, code]));
}
