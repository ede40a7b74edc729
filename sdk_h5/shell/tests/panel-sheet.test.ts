import { beforeEach, expect, it, vi } from 'vitest';
import { createApp, h, ref } from 'vue';
import PanelSheet from '@/components/PanelSheet.vue';

const [there, show] = [ref(true), ref(true)];
const sheet = () => document.querySelector('[aria-modal] .body');

/** A sheet that opens from a button, which has the focus. */
async function opened(): Promise<HTMLElement> {
  document.body.innerHTML = '<button>Open</button><div></div>';
  const [opener, place] = [...document.body.children] as [HTMLElement, HTMLElement];
  opener.focus();
  createApp(() => there.value && h(PanelSheet, { show: show.value, label: 'A sheet' }, () => h('button'))).mount(place);
  await vi.waitFor(() => expect(document.activeElement).toBe(sheet()));
  return opener;
}

beforeEach(() => {
  [there.value, show.value] = [true, true];
});

it.each([
  ['closed', show],
  ['taken away', there],
])('gives the focus back when it is %s', async (_how, holds) => {
  const opener = await opened();
  holds.value = false;
  await vi.waitFor(() => expect(document.activeElement).toBe(opener));
});
