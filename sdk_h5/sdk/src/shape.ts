/** Reading values that came from the other side. Only own data members count: no prototype, no getter. */

export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null;
}

export function own(value: unknown, key: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), key)?.value;
}

export function ownText(value: unknown, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** Whether `value` is like the example: one of a list, something with such members, or else of the same type. */
export function fits(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) return example.includes(value);
  if (!isShape(example)) return typeof value === typeof example;
  return Object.keys(example).every((key) => fits(own(value, key), example[key]));
}
