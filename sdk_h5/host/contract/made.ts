/** Values that cannot be given to a page as they are, so it makes them itself. */
export function made(kind: string): unknown {
  const make = MAKERS[kind];
  if (!make) throw new Error(`Nobody knows how to make ${kind}.`);
  return make();
}

const BIG = 1_048_577;

const MAKERS: Readonly<Record<string, () => unknown>> = {
  function: () => ({ text: () => 1 }),
  symbol: () => ({ text: Symbol('x') }),
  'getter that throws': () => ({
    get text() {
      throw new Error('boom');
    },
  }),
  getter: () => ({
    get text() {
      return 'got';
    },
  }),
  inherited: () => Object.create({ text: 'inherited' }),
  instance: () =>
    new (class Text {
      text = 'own';
      toString = undefined;
    })(),
  'own prototype': () => JSON.parse('{"text": "x", "__proto__": {"polluted": 1}}'),
  'constructor member': () => JSON.parse('{"text": "x", "constructor": {"prototype": {"polluted": 1}}}'),
  'window above': () => (typeof parent === 'undefined' ? () => 'no window' : parent),
  'a text': () => 'x'.repeat(BIG),
  'a text in a list in an object': () => ({ a: [{ b: 'x'.repeat(BIG) }] }),
  'many small texts': () => Array.from({ length: 120_000 }, () => 'x'.repeat(10)),
  'many keys': () => Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`key-${n}`.padEnd(16), 1])),
  'a long key': () => ({ ['k'.repeat(BIG)]: 1 }),
  'a list with nothing in it but length': () => new Array(2 ** 31),
  bytes: () => new Uint8Array(BIG),
  'a buffer': () => ({ file: new ArrayBuffer(BIG) }),
  'a blob': () => new Blob(['x'.repeat(BIG)]),
  'a map': () => new Map([['k', 'x'.repeat(BIG)]]),
  'a set': () => new Set(['x'.repeat(BIG)]),
  depth: () => {
    let value: unknown = 'x'.repeat(1_000_000);
    for (let n = 0; n < 500; n += 1) value = { value, pad: 'x'.repeat(100) };
    return value;
  },
  cycle: () => {
    const cycle: Record<string, unknown> = { text: 'round' };
    cycle.self = cycle;
    return cycle;
  },
  'a megabyte less a little': () => ({ text: 'x'.repeat(1_048_000) }),
  'a module of the page': () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
};

export const OVERSIZED = [
  'a text',
  'a text in a list in an object',
  'many small texts',
  'many keys',
  'a long key',
  'a list with nothing in it but length',
  'bytes',
  'a buffer',
  'a blob',
  'a map',
  'a set',
  'depth',
] as const;
