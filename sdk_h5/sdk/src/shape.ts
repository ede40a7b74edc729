/** Reading values that came from the other side. Only own data members count: no prototype, no getter. */

export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null;
}

export function own(value: unknown, key: string): unknown {
  return isShape(value) ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

export function ownText(value: unknown, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === 'string' ? found : undefined;
}
