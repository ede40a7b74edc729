import { describe, expect, it } from 'vitest';
import * as read from '../src/index.js';

const call = {
  upstream: 'appointments',
  path: '/holds?x=1',
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: '{}',
  key: 'k-1',
  title: '提交申请',
};
const action = { id: 'a', label: '好' };
const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** What each reader makes of parameters it takes: only what it knows, of its own making. */
const TAKEN: readonly [name: string, reader: (params: unknown) => unknown, params: unknown, made: unknown][] = [
  ['a text', read.readText, { text: ' x ', more: 1 }, ' x '],
  ['a question', read.readQuestion, { title: 't', ok: 'o', html: '<b>' }, { title: 't', ok: 'o' }],
  ['no topic', read.readTopic, undefined, undefined],
  ['a topic', read.readTopic, { topic: 'bookings' }, 'bookings'],
  ['a sheet', read.readSheet, { actions: [{ ...action, x: 1 }] }, { actions: [action] }],
  [
    'a sheet with danger',
    read.readSheet,
    { title: 't', actions: [{ ...action, danger: true }] },
    { title: 't', actions: [{ ...action, danger: true }] },
  ],
  ['loading', read.readLoading, { on: true, text: '…' }, { on: true, text: '…' }],
  ['a switch', read.readSwitch, { on: false }, false],
  ['a key', read.readKey, { key: '草稿 1' }, '草稿 1'],
  ['a key that looks like a path', read.readKey, { key: '../a.b/…?#%2e' }, '../a.b/…?#%2e'],
  [
    'a value',
    read.readStored,
    { key: 'k', value: { a: [1, null, 'x', true] } },
    { key: 'k', value: { a: [1, null, 'x', true] } },
  ],
  ['the value null', read.readStored, { key: 'k', value: null }, { key: 'k', value: null }],
  [
    'undefined members of a value',
    read.readStored,
    { key: 'k', value: { a: undefined, b: 1 } },
    { key: 'k', value: { b: 1 } },
  ],
  ['something to share', read.readShare, { title: 't', path: '/a/../b?c#d' }, { title: 't', path: '/b?c#d' }],
  ['a short number', read.readPhone, { number: '110' }, '110'],
  ['a long number', read.readPhone, { number: '+86-21-12345678' }, '+86-21-12345678'],
  ['no wish for precision', read.readPrecise, undefined, false],
  ['precision', read.readPrecise, { precise: true }, true],
  ['a service', read.readOpen, { service: 'licences' }, { service: 'licences' }],
  ['a place in a service', read.readOpen, { service: 'licences', path: '/x' }, { service: 'licences', path: '/x' }],
  [
    'an intent',
    read.readIntent,
    { name: 'showLicence', payload: { kind: 'id' } },
    { name: 'showLicence', payload: { kind: 'id' } },
  ],
  ['a result', read.readFinish, { result: [1] }, [1]],
  ['scopes, each once', read.readScopes, { scopes: ['profile:name:read', 'profile:name:read'] }, ['profile:name:read']],
  ['an event to rate', read.readRating, { event: 'e-1', title: 't', grade: 5 }, { event: 'e-1', title: 't' }],
  [
    'a queued call',
    read.readQueuedCall,
    { ...call, more: 1 },
    { ...call, headers: { 'content-type': 'application/json' } },
  ],
  [
    'a queued call without a body',
    read.readQueuedCall,
    { ...call, headers: undefined, body: null },
    { ...call, headers: {}, body: null },
  ],
  ['an outcome', read.readSettled, { id: 'i', status: 503, retry: true }, { id: 'i', status: 503, retry: true }],
  ['no answer', read.readSettled, { id: 'i', status: 0 }, { id: 'i', status: 0 }],
];

const REFUSED: readonly [name: string, reader: (params: unknown) => unknown, params: readonly unknown[]][] = [
  [
    'text',
    read.readText,
    [undefined, {}, { text: '' }, { text: '  ' }, { text: 5 }, { text: 'x'.repeat(501) }, null, 'text'],
  ],
  [
    'question',
    read.readQuestion,
    [{}, { title: 1 }, { title: 'x', ok: 1 }, { title: 'x', message: {} }, { title: 'x', cancel: 'y'.repeat(501) }],
  ],
  ['topic', read.readTopic, [{ topic: 1 }, { topic: 'x'.repeat(501) }]],
  [
    'sheet',
    read.readSheet,
    [
      {},
      { actions: [] },
      { actions: {} },
      { actions: { length: 1, 0: action } },
      { actions: Array.from({ length: 13 }, (_, n) => ({ id: `${n}`, label: 'x' })) },
      { actions: [action, action] },
      { actions: [null] },
      { actions: new Array(1) },
      { actions: [{ id: 'a' }] },
      { actions: [{ ...action, danger: 'yes' }] },
      { actions: [{ ...action, label: 'x'.repeat(61) }] },
      { actions: [Object.create(action)] },
    ],
  ],
  ['loading', read.readLoading, [{}, { on: 1 }, { on: true, text: 1 }]],
  ['switch', read.readSwitch, [{}, { on: 'true' }, null]],
  [
    'key',
    read.readKey,
    [{}, { key: '' }, { key: 'x'.repeat(129) }, { key: 7 }, { key: '\ud800' }, { key: '.' }, { key: '..' }],
  ],
  [
    'stored value',
    read.readStored,
    [
      { key: 'k' },
      { key: 'k', value: undefined },
      { key: 'k', value: Number.NaN },
      { key: 'k', value: 1n },
      { key: 'k', value: new Date() },
      { key: 'k', value: new Map() },
      { key: 'k', value: new Blob([]) },
      { key: 'k', value: new Uint8Array(1) },
      { key: 'k', value: cycle },
      { key: 'k', value: deep(70) },
      { key: 'k', value: [() => 1] },
      { key: 'k', value: 'x'.repeat(1_048_576) },
      { key: 'k', value: '字'.repeat(400_000) },
    ],
  ],
  ['share', read.readShare, [{}, { title: 'x'.repeat(101) }, { title: 't', path: '//evil' }, { title: 't', text: 1 }]],
  [
    'phone',
    read.readPhone,
    ['', '12', '1'.repeat(21), '110;ext=1', 'tel:110', '+', '--1', '１１０', '1 1 0', '*#06#', '110\n', 110].map(
      (number) => ({ number }),
    ),
  ],
  ['location', read.readPrecise, [{ precise: 1 }, { precise: null }]],
  [
    'place',
    read.readOpen,
    [
      {},
      { service: 'Licences' },
      { service: 'a.b' },
      { service: '-a-' },
      { service: 'ab' },
      { service: 'x'.repeat(41) },
      { service: 'licences', path: 'x' },
      { service: 'licences', path: '' },
      { service: 'licences', path: '//evil.example' },
      { service: 'licences', path: '/\\evil.example' },
      { service: 'licences', path: '/.//evil.example' },
      { service: 'licences', path: '/\t/evil.example' },
      { service: 'licences', path: 'https://evil.example/' },
      { service: 'licences', path: 'javascript:alert(1)' },
      { service: 'licences', path: `/${'x'.repeat(1_000)}` },
    ],
  ],
  [
    'intent',
    read.readIntent,
    [
      {},
      { name: 'pay' },
      { name: 'Pay', payload: 1 },
      { name: '__proto__', payload: 1 },
      { name: 'pay', payload: 'x'.repeat(16_384) },
    ],
  ],
  ['result', read.readFinish, [{}, { result: new Set() }, { result: 'x'.repeat(4_096) }]],
  [
    'scopes',
    read.readScopes,
    [
      {},
      { scopes: [] },
      { scopes: 'profile:name:read' },
      { scopes: ['all'] },
      { scopes: [['a:b:c']] },
      { scopes: Array(21).fill('a:b:c') },
      { scopes: [`a:b:${'c'.repeat(100)}`] },
    ],
  ],
  ['rating', read.readRating, [{}, { event: '' }, { event: 'x'.repeat(129) }, { event: 'e', title: 'x'.repeat(101) }]],
  [
    'queued call',
    read.readQueuedCall,
    [
      {},
      { ...call, upstream: 'a/b' },
      { ...call, path: '//evil' },
      { ...call, path: '/a/../b' },
      { ...call, path: '/%2e%2E/b' },
      { ...call, path: '/a#b' },
      { ...call, path: '/a\\b' },
      { ...call, path: '/a b' },
      { ...call, path: '/..' },
      { ...call, method: 'GET' },
      { ...call, method: 'post' },
      { ...call, headers: ['a'] },
      { ...call, headers: { Authorization: 'Bearer x' } },
      { ...call, headers: { 'Sec-Fetch-Site': 'none' } },
      { ...call, headers: { 'a b': 'x' } },
      { ...call, headers: { a: 'x\r\ny: z' } },
      { ...call, headers: { a: 1 } },
      { ...call, headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`h-${n}`, 'x'])) },
      { ...call, body: {} },
      { ...call, body: 'x'.repeat(262_145) },
      { ...call, key: '' },
      { ...call, key: 'a b' },
      { ...call, key: 'x'.repeat(129) },
      { ...call, title: '' },
    ],
  ],
  [
    'outcome',
    read.readSettled,
    [
      {},
      { id: 'i' },
      { id: 'i', status: 600 },
      { id: 'i', status: 1.5 },
      { id: '', status: 200 },
      { id: 'i', status: 200, retry: 1 },
    ],
  ],
];

describe('the parameters of a page', () => {
  it.each(TAKEN)('become %s of the host’s own making', (_, reader, params, made) => {
    expect(reader(params)).toEqual(made);
  });

  it.each(REFUSED.flatMap(([name, reader, all]) => all.map((params, n) => [name, n, reader, params] as const)))(
    'are refused as %s %i, with what to change',
    (_name, _n, reader, params) => {
      const refusal = { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^Give /), retry: false };
      expect(() => reader(params)).toThrow(expect.objectContaining(refusal));
    },
  );

  const trap = { get: () => 'trap' };
  it.each(['text', 'title', 'key', 'service', 'name', 'number', 'event'])('are not read from a getter of %s', (key) => {
    const params = Object.defineProperty({ payload: 1 }, key, trap);
    const readers = [
      read.readText,
      read.readQuestion,
      read.readKey,
      read.readOpen,
      read.readIntent,
      read.readPhone,
      read.readRating,
    ];
    for (const reader of readers) expect(() => reader(params)).toThrow('Give ');
  });

  it('are not read from a prototype, nor from a list’s covered methods', () => {
    expect(() => read.readText(Object.create({ text: 'x' }))).toThrow('Give text');
    const actions = Object.assign([{ id: 'a', label: 'x' }], { map: 'covered', [Symbol.iterator]: 'covered' });
    expect(read.readSheet({ actions })).toEqual({ actions: [{ id: 'a', label: 'x' }] });
  });

  it('keep a member named __proto__ as data', () => {
    const { value } = read.readStored({ key: 'k', value: JSON.parse('{"__proto__": {"polluted": 1}}') });
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toEqual({ polluted: 1 });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
