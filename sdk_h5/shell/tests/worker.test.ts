import { describe, expect, it } from 'vitest';
import { keepable, planFor } from '@/sw/fetching';
import { keyBytes } from '@/sw/keys';
import { readPush } from '@/sw/payload';

const city = 'http://localhost:8000';
const kept = new Set(['/', '/manifest.webmanifest', '/icons/icon-192.png']);
const plan = (path: string, mode = 'cors', method = 'GET') =>
  planFor({ method, mode, url: new URL(path, city).href }, city, kept);

describe('the service worker answers', () => {
  it.each([
    ['a page of the shell', '/inbox/1', 'navigate', 'page'],
    ['home', '/', 'navigate', 'page'],
    ['the console', '/console/', 'navigate', 'network'],
    ['the development outbox', '/dev/outbox', 'navigate', 'network'],
    ['a hashed asset', '/assets/index-abc.js', 'no-cors', 'asset'],
    ['a kept icon', '/icons/icon-192.png', 'no-cors', 'asset'],
    ['the API', '/api/v1/services', 'cors', 'network'],
    ['the live stream', '/api/v1/live', 'cors', 'network'],
    ['the icon of a mini-service', 'http://appointments.localhost:8000/assets/icon.svg', 'no-cors', 'network'],
  ])('%s', (_name, path, mode, wanted) => {
    expect(plan(path, mode)).toBe(wanted);
  });

  it('nothing that writes', () => {
    expect(plan('/assets/x.js', 'cors', 'POST')).toBe('network');
  });
});

describe('an answer', () => {
  const response = (more: object) => ({ ok: true, type: 'basic' as const, headers: new Headers(), ...more });

  it('is kept when it is good, our own and no page', () => {
    expect(keepable(response({}))).toBe(true);
    expect(keepable(response({ ok: false }))).toBe(false);
    expect(keepable(response({ type: 'opaque' }))).toBe(false);
    expect(keepable(response({ headers: new Headers({ 'Content-Type': 'text/html; charset=utf-8' }) }))).toBe(false);
  });
});

describe('a push message', () => {
  it('is read with its path and tag', () => {
    const payload = { id: 'n1', title: '预约成功', body: '徐汇', url: '/inbox/n1', tag: 'booking-1' };
    const read = readPush(JSON.stringify(payload), city);
    expect(read).toEqual({ title: '预约成功', body: '徐汇', path: '/inbox/n1', tag: 'booking-1' });
  });

  it.each([undefined, '', 'not json', '[]', 'null', '{"title":7}', '{"title":""}'])(
    'that cannot be read becomes a plain hint: %s',
    (payload) => expect(readPush(payload, city)).toMatchObject({ title: '一城通办', path: '/inbox' }),
  );

  it('cannot lead to another site', () => {
    const read = readPush('{"title":"t","url":"https://evil.example/","tag":7,"body":7}', city);
    expect(read).toEqual({ title: 't', body: '', path: '/inbox', tag: undefined });
  });
});

describe('the push key', () => {
  it('is read from base64url with and without padding', () => {
    expect([...keyBytes('-_8A')]).toEqual([251, 255, 0]);
    expect([...keyBytes('_w')]).toEqual([255]);
  });
});
