import { createCity } from './create.js';
import { browser } from './place.js';

/** The city, as seen from this page. Importing it does nothing; the first call shakes hands. */
export const city = createCity(browser());

export type { Bounds } from './bounds.js';
export type { CallInit } from './call.js';
export type { Availability, City } from './city.js';
export type { Core, Reason, Usable } from './core.js';
export { CityError, type Code } from './errors.js';
export type { CallName } from './methods.js';
export type { FileWish } from './pick.js';
export type { OnProgress, Progress } from './progress.js';
export type * from './wire.js';
