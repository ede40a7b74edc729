import { carry } from './carrier.js';

carry().catch(() => {
  // The app sees that the frame asks no more, and keeps what it did not send.
});
