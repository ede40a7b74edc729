import { CityError } from '../errors.js';
import { ask } from './dialog.js';
import { denied } from './location.js';
import { make, type Stage } from './stage.js';
import type { Detector } from './surroundings.js';
import { wordsOf } from './words.js';

const LOOK_EVERY_MS = 200;

/** Reads a code with the camera, in a dialog; null when the resident leaves it. A hidden page gives the camera back. */
export async function scan(stage: Stage, detector: Detector, signal: AbortSignal): Promise<{ text: string } | null> {
  const { navigator, document } = stage.window;
  const words = wordsOf(stage.window);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).catch(() => {
    throw denied('camera');
  });
  const video = make(stage, 'video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
  const choices = [{ id: null, label: words.cancel }];
  const dialog = ask(stage, { title: words.aim, picture: video, choices }, signal);
  let hidden = false;
  const hide = (): void => {
    hidden = true;
    dialog.close();
  };
  document.addEventListener('visibilitychange', hide);
  const timer = setInterval(() => look(detector, video).then(dialog.close, () => {}), LOOK_EVERY_MS);
  try {
    await video.play().catch(() => {});
    const found = await dialog.answer;
    if (hidden) throw new CityError('HIDDEN', 'The page was left while it scanned.', { retry: true });
    return found === null ? null : { text: found };
  } finally {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', hide);
    for (const track of stream.getTracks()) track.stop();
  }
}

/** The text of the first code in sight; a rejection when there is none. */
async function look(detector: Detector, video: HTMLVideoElement): Promise<string> {
  const [code] = await detector.detect(video);
  if (!code) throw new Error('nothing in sight');
  return code.rawValue;
}
