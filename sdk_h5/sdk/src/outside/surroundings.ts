import type { WeChat } from './wechat.js';

/** What a native app injects: iOS a message handler, Android an object of the same use; both take text alone. */
export interface NativeDoor {
  postMessage(text: string): void;
  /** Android's web message listener answers here. */
  onmessage?: ((event: { data: unknown }) => void) | null;
}

export interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

/** The window of the page, with what some browsers and apps add to it. */
export type Here = Window &
  typeof globalThis & {
    BarcodeDetector?: new () => Detector;
    wx?: WeChat;
    webkit?: { messageHandlers?: { onecity?: NativeDoor } };
    onecityNative?: NativeDoor;
    onecityNativeReceive?: (message: unknown) => void;
  };

/** What the adapters take from the browser, so that tests can hand in another. */
export interface Surroundings {
  window: Here;
  /** Leaves this page for an address, or hands a `tel:` to the device. */
  go(address: string): void;
}

export function browser(): Surroundings {
  return {
    window: window as Here,
    go: (address) => {
      window.location.href = address;
    },
  };
}
