import { BETWEEN } from './between.js';
import { CALLS } from './calls.js';
import { DEVICE } from './device.js';
import type { Pages } from './page.js';
import { RESIDENT } from './resident.js';
import { STORAGE } from './storage.js';
import { UI } from './ui.js';
import { WHO } from './who.js';

/** A page for each method of the table: one that is missing, or is too many, does not compile. */
export const PAGES = {
  ...WHO,
  ...CALLS,
  ...STORAGE,
  ...UI,
  ...DEVICE,
  ...BETWEEN,
  ...RESIDENT,
} as const satisfies Pages;
