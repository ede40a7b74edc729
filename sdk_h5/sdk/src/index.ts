import { createCity } from './create.js';
import { browser } from './place.js';

/** The city, as seen from this page. Importing it does nothing; the first call shakes hands. */
export const city = createCity(browser());

export type { Bounds } from './bounds.js';
export type { CallInit } from './call.js';
export type { City } from './create.js';
export { CityError } from './errors.js';
export type { Availability, CallName, Reason } from './methods.js';
export type {
  Context,
  EventName,
  Events,
  Hop,
  Locale,
  LocalText,
  Question,
  Subscription,
  Theme,
  User,
} from './wire.js';
