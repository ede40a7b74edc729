import { type Bounds, bounded } from './bounds.js';

export interface FileWish {
  /** As in `<input accept>`: `image/*,.pdf`. */
  accept?: string;
  multiple?: boolean;
}

/** Asks the resident for files; none when they think better of it. To be called from a click, like all that pops up. */
export async function pick(wish?: FileWish & { capture?: string }, bounds: Bounds = {}): Promise<File[]> {
  const picking = new Promise<File[]>((resolve) => {
    const input = Object.assign(document.createElement('input'), { type: 'file' }, wish);
    input.onchange = input.oncancel = () => resolve([...(input.files ?? [])]);
    input.click();
  });
  return bounded(picking, bounds);
}
