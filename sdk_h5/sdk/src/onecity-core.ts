import { createCore } from './core.js';
import { windows } from './windows.js';

/** The city by its bridge alone, for pages that count every byte. */
export const city = createCore(windows());

export type { Bounds } from './bounds.js';
export type { Core, Reason, Usable } from './core.js';
export { CityError, type Code } from './errors.js';
export type * from './wire.js';
