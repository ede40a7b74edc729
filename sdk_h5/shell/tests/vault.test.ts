import { describe, expect, it, vi } from 'vitest';
import { blind, makeKeys, seal, unseal } from '@/vault/seal';
import { type Channel, createVault } from '@/vault/vault';
import { type MemoryShelf, memoryShelf } from './shelf';

const LI = { since: '2020-01-01T00:00:00.000001+08:00', phone: '138****0001' };
const WANG = { since: '2021-01-01T00:00:00.000002+08:00', phone: '138****0002' };

/** Tabs of one browser: what one says, the others hear. */
function tabs(count: number, shelf: MemoryShelf = memoryShelf()) {
  const channels: Channel[] = [];
  const made = Array.from({ length: count }, () => {
    const channel: Channel = { onmessage: null, postMessage: (data) => say(channel, data) };
    channels.push(channel);
    return createVault(Promise.resolve(shelf), channel);
  });
  function say(from: Channel, data: unknown): void {
    for (const one of channels)
      if (one !== from) one.onmessage?.call(one as BroadcastChannel, { data } as MessageEvent);
  }
  return { shelf, tabs: made as [ReturnType<typeof createVault>, ReturnType<typeof createVault>] };
}

describe('a sealed record', () => {
  it('opens only under its own name, store, time and account', async () => {
    const [keys, others] = await Promise.all([makeKeys(), makeKeys()]);
    const id = await blind(keys, 'cache', '/inbox');
    const row = await seal(keys, 'cache', id, { phone: '138****0001' }, 5);
    expect(await unseal(keys, 'cache', row)).toEqual({ phone: '138****0001' });
    expect(await unseal(keys, 'queue', row)).toBeUndefined();
    expect(await unseal(keys, 'cache', { ...row, id: 'other' })).toBeUndefined();
    expect(await unseal(keys, 'cache', { ...row, at: 6 })).toBeUndefined();
    expect(await unseal({ ...keys, label: others.label }, 'cache', row)).toBeUndefined();
    expect(await unseal({ ...others, label: keys.label }, 'cache', row)).toBeUndefined();
  });

  it('has an IV of its own and says nothing in the clear', async () => {
    const keys = await makeKeys();
    const rows = await Promise.all([1, 2].map(() => seal(keys, 'cache', 'id', '张三 13800000001', 5)));
    expect(rows[0]?.iv).not.toEqual(rows[1]?.iv);
    expect(new TextDecoder('latin1').decode(rows[0]?.data)).not.toContain('13800000001');
    expect(await blind(keys, 'cache', '/services/hospital')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has keys that nobody can read out', async () => {
    const { sealing, naming } = await makeKeys();
    expect([sealing.extractable, naming.extractable]).toEqual([false, false]);
    await expect(crypto.subtle.exportKey('raw', sealing)).rejects.toThrow();
  });
});

describe('the vault', () => {
  it('keeps content for one account over a restart', async () => {
    const {
      shelf,
      tabs: [before],
    } = tabs(1);
    const seat = await before.claim(LI);
    expect(await seat?.put('cache', '/inbox', ['a notice'], 7)).toBe(true);
    const {
      tabs: [after],
    } = tabs(1, shelf);
    expect(await (await after.resume())?.get('cache', '/inbox')).toEqual({ value: ['a notice'], at: 7 });
    expect((await after.claim(LI))?.label).toBe(seat?.label);
  });

  it('destroys everything when another account signs in', async () => {
    const {
      shelf,
      tabs: [vault],
    } = tabs(1);
    const seat = await vault.claim(LI);
    await seat?.put('cache', '/inbox', ['a notice']);
    const next = await vault.claim(WANG, true);
    expect(next?.label).not.toBe(seat?.label);
    expect(shelf.rows.cache.size).toBe(0);
    expect(await seat?.put('cache', '/inbox', ['late'])).toBe(false);
  });

  it('keeps content when the number changed elsewhere, and destroys it when another number signs in', async () => {
    const {
      tabs: [vault],
    } = tabs(1);
    const label = (await vault.claim(LI))?.label;
    expect((await vault.claim({ ...LI, phone: '139****0009' }))?.label).toBe(label);
    expect((await vault.claim({ ...LI, phone: '139****0009' }, true))?.label).not.toBe(label);
  });

  it('knows the resident by a number that was changed here', async () => {
    const {
      tabs: [vault],
    } = tabs(1);
    const label = (await vault.claim(LI))?.label;
    await vault.rename({ ...LI, phone: '139****0009' });
    expect((await vault.claim({ ...LI, phone: '139****0009' }, true))?.label).toBe(label);
  });

  it('is ready only after what was asked for before', async () => {
    const {
      tabs: [vault],
    } = tabs(1);
    void vault.claim(LI);
    expect(await vault.ready()).not.toBeNull();
    void vault.shred();
    expect(vault.seat()).toBeNull();
    expect(await vault.ready()).toBeNull();
  });

  it('works without anything to keep in', async () => {
    const vault = createVault(Promise.resolve(null), null);
    expect(await vault.claim(LI)).toBeNull();
    await vault.shred();
  });
});

describe('signing out in one tab', () => {
  it('ends the seat of the others, and what they were writing lands nowhere', async () => {
    const {
      shelf,
      tabs: [here, there],
    } = tabs(2);
    await here.claim(LI);
    const seat = await there.resume();
    const heard = vi.fn();
    there.onEnded(heard);
    const writing = seat?.put('cache', '/inbox', ['a notice']);
    await here.shred();
    await writing;
    expect(await seat?.put('queue', 'w', 'a write')).toBe(false);
    expect(heard).toHaveBeenCalledExactlyOnceWith('signed-out');
    expect([there.seat(), shelf.held]).toEqual([null, undefined]);
    expect(shelf.rows.queue.size + shelf.rows.cache.size).toBe(0);
  });

  it('is told from another account signing in', async () => {
    const {
      tabs: [here, there],
    } = tabs(2);
    await there.claim(LI);
    const heard = vi.fn();
    there.onEnded(heard);
    await here.claim(WANG, true);
    expect(heard).toHaveBeenCalledExactlyOnceWith('other-account');
  });
});

describe('without room', () => {
  it('what can be fetched again gives way to a write that cannot', async () => {
    const {
      shelf,
      tabs: [vault],
    } = tabs(1);
    const seat = await vault.claim(LI);
    await seat?.put('cache', '/inbox', 'x'.repeat(500));
    shelf.room = 600;
    await expect(seat?.put('cache', '/services', 'x'.repeat(500))).rejects.toThrow();
    expect(await seat?.put('queue', 'w', 'y'.repeat(300))).toBe(true);
    expect([shelf.rows.cache.size, shelf.rows.queue.size]).toEqual([0, 1]);
    await expect(seat?.put('queue', 'v', 'y'.repeat(700))).rejects.toThrow();
  });

  it('the oldest go first, and what is too old', async () => {
    const {
      tabs: [vault],
    } = tabs(1);
    const seat = await vault.claim(LI);
    for (const at of [1, 2, 3, 4]) await seat?.put('cache', `/${at}`, at, at);
    await seat?.prune('cache', 2, 2);
    expect((await seat?.all('cache'))?.map(({ at }) => at)).toEqual([3, 4]);
  });
});
