import { describe, expect, it } from 'vitest';
import { serviceAddress } from '../src/path.js';

describe('the address of a call', () => {
  it.each([
    ['/sites', '/svc/appointments/sites'],
    ['/', '/svc/appointments/'],
    ['/sites?district=huangpu&from=../', '/svc/appointments/sites?district=huangpu&from=../'],
    ['/a..b/.well-known/...', '/svc/appointments/a..b/.well-known/...'],
    ['/sites/黄浦', '/svc/appointments/sites/黄浦'],
    ['/sites/a%2Fb', '/svc/appointments/sites/a%2Fb'],
  ])('keeps %j under the upstream', (path, address) => {
    expect(serviceAddress('appointments', path)).toBe(address);
  });

  it.each([
    '',
    'sites',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/../queries/records',
    '/a/../../queries',
    '/a/..',
    '/./a',
    '/%2e%2e/queries',
    '/.%2E/queries',
    '/%2e',
    '/a\t/../b',
    '/\n/evil.example',
    '/a b',
    '/a#b',
    '/\u0000',
    undefined,
    null,
    42,
    {},
  ])('refuses %j', (path) => {
    expect(() => serviceAddress('appointments', path as string)).toThrow(
      expect.objectContaining({ name: 'CityError', code: 'INVALID_PATH', retry: false }),
    );
  });

  it.each(['', '..', 'a/b', 'Appointments', 'a%2fb', '-a', undefined, Symbol('x')])(
    'refuses the upstream %s',
    (upstream) => {
      expect(() => serviceAddress(upstream as string, '/sites')).toThrow(
        expect.objectContaining({ code: 'INVALID_PATH' }),
      );
    },
  );

  it('never leaves the upstream, however a browser resolves what passed', () => {
    const pieces = ['/', '.', '..', '%2e', '\\', '\t', 'a', '?', '%2F', '@', ':', ';'];
    for (const path of sequences(pieces, 4)) {
      const address = tryAddress(path);
      if (address === null) continue;
      const url = new URL(`http://x.localhost${address}`);
      expect(url.origin).toBe('http://x.localhost');
      expect(url.pathname.startsWith('/svc/appointments/')).toBe(true);
    }
  });
});

function tryAddress(path: string): string | null {
  try {
    return serviceAddress('appointments', path);
  } catch {
    return null;
  }
}

function* sequences(pieces: readonly string[], length: number): Iterable<string> {
  if (length === 0) return;
  for (const piece of pieces) {
    yield `/${piece}`;
    for (const rest of sequences(pieces, length - 1)) yield `/${piece}${rest.slice(1)}`;
  }
}
