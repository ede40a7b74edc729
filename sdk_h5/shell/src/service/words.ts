/** Texts that come from a mini-service: shown as plain text, on one line, and never long. */

export const LONGEST = { title: 24, toast: 100, question: 60, message: 240, button: 10, action: 30 } as const;

// Control characters, and the marks that turn the direction of writing: both can disguise a text.
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

export function shorten(text: string, longest: number): string {
  const characters = Array.from(text.replace(UNSEEN, ' ').trim());
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
}
