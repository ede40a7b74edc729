import type { MessageKey } from '@/i18n';

const HOURS: readonly (readonly [from: number, key: MessageKey])[] = [
  [0, 'home.hello.night'],
  [5, 'home.hello.morning'],
  [11, 'home.hello.noon'],
  [13, 'home.hello.afternoon'],
  [18, 'home.hello.evening'],
  [23, 'home.hello.night'],
];

/** The greeting for an hour of the day, 0 to 23. */
export function greetingKey(hour: number): MessageKey {
  return HOURS.filter(([from]) => hour >= from).at(-1)?.[1] ?? 'home.hello.night';
}
