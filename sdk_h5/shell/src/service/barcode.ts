/** Reading codes from the camera with the browser's own detector (Shape Detection API). */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

const LOOK_MS = 200;
const VIDEO = { facingMode: 'environment' };

/** Opens the camera into `video`; fails where it is refused or busy. */
export async function openCamera(video: HTMLVideoElement): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: VIDEO, audio: false });
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** The first code that comes before the camera; null when `signal` ends the looking. */
export async function firstCode(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const detector = new (globalThis as unknown as { BarcodeDetector: new () => Detector }).BarcodeDetector();
  while (!signal.aborted) {
    // A frame that cannot be read is one to leave out: the next comes at once.
    const [found] = await detector.detect(video).catch(() => []);
    if (found?.rawValue) return found.rawValue;
    await new Promise((next) => setTimeout(next, LOOK_MS));
  }
  return null;
}
