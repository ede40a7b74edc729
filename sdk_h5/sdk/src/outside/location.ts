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
      ({ code }) => reject(code === 1 ? denied('the location') : unavailable('Nobody knows where this is.')),
      { enableHighAccuracy: own(params, 'precise') === true, maximumAge: FRESH_MS },
    );
  });
}

export const denied = (what: string): CityError => new CityError('DENIED', `The resident does not allow ${what}.`);

export const unavailable = (message: string): CityError => new CityError('UNAVAILABLE', message, { retry: true });
