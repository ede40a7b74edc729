import { hasDialogs } from './drawn.js';
import { locate } from './location.js';
import type { Notes } from './notes.js';
import { phoneNumber } from './params.js';
import { scan } from './scan.js';
import type { Handlers } from './serve.js';
import { linkOf, share } from './share.js';
import type { Stage } from './stage.js';
import type { Here, Surroundings } from './surroundings.js';
import type { Whereabouts } from './whereabouts.js';
import { wordsOf } from './words.js';

/** What the browser lets a page do with the device: only what is there, and only what the page's policy allows. */
export function device({ window, go }: Surroundings, where: Whereabouts, stage: Stage, notes: Notes): Handlers {
  const { navigator, BarcodeDetector, isSecureContext } = window;
  const { geolocation, mediaDevices, clipboard } = navigator;
  const copied = (): void => notes.toast(wordsOf(window).copied);
  return {
    phone: async (params) => {
      go(`tel:${phoneNumber(params)}`);
      return { called: true };
    },
    ...(('share' in navigator || clipboard) && {
      share: async (params) => share(window, linkOf(window, where, params), copied),
    }),
    ...(geolocation &&
      isSecureContext &&
      allows(window, 'geolocation') && {
        location: (params) => locate(geolocation, params),
      }),
    ...(BarcodeDetector &&
      mediaDevices &&
      hasDialogs(window) &&
      allows(window, 'camera') && {
        scan: (_, signal) => scan(stage, new BarcodeDetector(), signal),
      }),
  };
}

/** A policy of the page can withhold a feature that the browser has; browsers that cannot be asked are taken at their word. */
function allows({ document }: Here, feature: string): boolean {
  const { featurePolicy } = document as Document & { featurePolicy?: { allowsFeature(name: string): boolean } };
  return featurePolicy?.allowsFeature(feature) ?? true;
}
