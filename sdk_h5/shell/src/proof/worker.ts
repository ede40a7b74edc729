/** The work off the page's own thread, so that typing stays smooth: a challenge in, a nonce out. */
import { type Challenge, solve } from './solve';

self.onmessage = ({ data }: MessageEvent<Challenge>) => self.postMessage(solve(data));
