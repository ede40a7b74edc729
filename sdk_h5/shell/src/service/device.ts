/** What this device and browser can do; the shell does it, never the page in the frame. */
import { BridgeError, type Position } from '@onecity/host';

const COARSE_METRES = 1_000;
const PATIENCE_MS = 20_000;
const STALE_MS = 60_000;

export interface ShareData {
  title: string;
  text?: string;
  url: string;
}

export interface Device {
  canScan: boolean;
  canLocate: boolean;
  /** Absent where the system has no sheet of its own. */
  share?: ((data: ShareData) => Promise<void>) | undefined;
  locate: (precise: boolean) => Promise<Position>;
  call: (number: string) => void;
}

export const thisDevice = (): Device => ({
  canScan: 'BarcodeDetector' in globalThis && typeof navigator.mediaDevices?.getUserMedia === 'function',
  canLocate: 'geolocation' in navigator,
  share: typeof navigator.share === 'function' ? (data) => navigator.share(data) : undefined,
  locate,
  call: (number) => location.assign(`tel:${number.replace(/[ -]/g, '')}`),
});

/** `precise` asks the device for the best it has; otherwise about a kilometre, whatever the device knows. */
function locate(precise: boolean): Promise<Position> {
  const options = { enableHighAccuracy: precise, timeout: PATIENCE_MS, maximumAge: STALE_MS };
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      (found) => resolve(precise ? positionOf(found) : coarsened(positionOf(found))),
      (error) => reject(refusal(error)),
      options,
    );
  });
}

function positionOf({ coords, timestamp }: GeolocationPosition): Position {
  const { latitude, longitude, accuracy } = coords;
  return { latitude, longitude, accuracy, at: new Date(timestamp).toISOString() };
}

/** A hundredth of a degree is about a kilometre: neither the house nor the street can be told from it. */
export function coarsened({ latitude, longitude, accuracy, at }: Position): Position {
  const rough = (degrees: number) => Math.round(degrees * 100) / 100;
  return { latitude: rough(latitude), longitude: rough(longitude), accuracy: Math.max(accuracy, COARSE_METRES), at };
}

function refusal({ code }: GeolocationPositionError): BridgeError {
  if (code === 1) return new BridgeError('location-denied', 'The browser may not locate this device.');
  if (code === 3) return new BridgeError('TIMEOUT', 'The device did not find itself in time.', { retry: true });
  return new BridgeError('location-unavailable', 'The device cannot find itself.', { retry: true });
}
