import { CityError } from '../errors.js';
import { own } from '../shape.js';
import type { Position } from '../wire.js';

const FRESH_MS = 60_000;

/** Where the device is, as the browser tells it (W3C Geolocation); the browser asks the resident. */
export function locate(geolocation: Geolocation, params: unknown): Promise<Position> {
  return new Promise((resolve, reject) => {
    geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        const { latitude, longitude, accuracy } = coords;
        resolve({ latitude, longitude, accuracy, at: new Date(timestamp).toISOString() });
      },
      ({ code }) => reject(code === 1 ? denied('location') : unavailable('location')),
      { enableHighAccuracy: own(params, 'precise') === true, maximumAge: FRESH_MS },
    );
  });
}

/** The codes that the city's app has for the same. */
export const denied = (what: string): CityError => new CityError(`${what}-denied`, `The ${what} may not be used.`);

export const unavailable = (what: string): CityError =>
  new CityError(`${what}-unavailable`, `The ${what} cannot be had now.`, { retry: true });
