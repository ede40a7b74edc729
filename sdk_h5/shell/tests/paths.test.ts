import { describe, expect, it } from 'vitest';
import { isShellPage, ownPath } from '@/paths';
import { frameUrl, launchPath } from '@/service/launch';
import { pathToOpen } from '@/worker';

const city = 'http://localhost:8000';
const place = {
  origin: 'http://appointments.localhost:8000',
  start_url: 'http://appointments.localhost:8000/index.html',
};

const hostile = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/.//evil.example/',
  '/inbox/..//evil.example/',
  '/%2e//evil.example/',
  '/\t/evil.example/',
  'javascript:alert(1)',
  'inbox',
  '',
  null,
  undefined,
  7,
  ['/inbox'],
  'http://[',
  '//[',
];

describe('a path given from outside', () => {
  it.each([
    ['/', '/'],
    ['/inbox/1?a=b#c', '/inbox/1?a=b#c'],
    ['/a/../me', '/me'],
    ['/s/x?path=//evil.example', '/s/x?path=//evil.example'],
  ])('is taken when it stays here: %s', (given, taken) => {
    expect(ownPath(given, city)).toBe(taken);
  });

  it.each(hostile)('is refused when it leads elsewhere: %s', (given) => {
    expect(ownPath(given, city)).toBeNull();
  });

  it('is taken from the service worker only in the right envelope', () => {
    expect(pathToOpen({ type: 'onecity:open', path: '/inbox/1' }, city)).toBe('/inbox/1');
    expect(pathToOpen({ type: 'onecity:open', path: '//evil.example' }, city)).toBeNull();
    expect(pathToOpen({ type: 'other', path: '/inbox' }, city)).toBeNull();
    expect(pathToOpen(null, city)).toBeNull();
  });
});

describe('the launch path', () => {
  it('gives the frame its hash and the mini-service all of it', () => {
    const asked = '/index.html?x=1#/bookings/1';
    expect(frameUrl(place, asked)).toBe('http://appointments.localhost:8000/index.html#/bookings/1');
    expect(launchPath(place, asked)).toBe(asked);
  });

  it.each(hostile)('is the start page instead of %s', (asked) => {
    expect(frameUrl(place, asked)).toBe(place.start_url);
    expect(launchPath(place, asked)).toBe('/index.html');
  });

  it('opens nothing when the start page is not the own one of the service', () => {
    expect(frameUrl({ ...place, start_url: 'http://other.localhost:8000/' }, '/')).toBeNull();
  });
});

describe('a page of the shell', () => {
  it.each(['/', '/sign-in', '/s/appointments', '/inbox', '/inbox/1', '/queue', '/me', '/me/data'])('is %s', (path) => {
    expect(isShellPage(path)).toBe(true);
  });

  it.each(['/console/', '/api/v1/live', '/dev/outbox', '/oauth/jwks', '/problems/x', '/s/', '/s/a/b', '/openapi.json'])(
    'is not %s',
    (path) => expect(isShellPage(path)).toBe(false),
  );
});
