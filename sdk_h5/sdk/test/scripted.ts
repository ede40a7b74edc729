import { createCity } from '../src/create.js';
import type { Place } from '../src/place.js';
import { own, ownText } from '../src/shape.js';
import type { Context } from '../src/wire.js';
import { ackFor } from './acks.js';
import { placeOf, windowPair } from './windows.js';

export interface Asked {
  i: string;
  m: string | undefined;
  p: unknown;
  cancelled: boolean;
}

/** A city whose host is the test itself: `asked` is what arrived, `port` is where to answer from. */
export function scriptedCity(others: Partial<Place> = {}, caps?: readonly string[], context?: Context) {
  const pair = windowPair();
  const { port1, port2 } = new MessageChannel();
  const asked: Asked[] = [];
  pair.parentView.onPost((data) => {
    pair.child.deliver(ackFor(ownText(data, 'nonce') ?? '', caps, context), pair.parentView, 'http://localhost:8000', [
      port2,
    ]);
  });
  const script = { onAsk: (_: Asked): void => {} };
  port1.onmessage = ({ data }) => {
    const i = ownText(data, 'i') ?? '';
    const known = asked.find((one) => one.i === i);
    if (known) {
      known.cancelled = own(data, 'cancel') === 1;
      return;
    }
    const fresh = { i, m: ownText(data, 'm'), p: own(data, 'p'), cancelled: false };
    asked.push(fresh);
    script.onAsk(fresh);
  };
  return { city: createCity(placeOf(pair, others)), asked, script, port: port1, pair };
}

/** Lets messages that are under way arrive. */
export function passing(ms = 20): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

interface Uncaught {
  process: {
    listeners(event: string): ((error: unknown) => void)[];
    on(event: string, listener: (error: unknown) => void): void;
    removeAllListeners(event: string): void;
  };
}

/** The next exception that nobody catches, what window.onerror hears in a browser; it fails no test. */
export function uncaught(): Promise<unknown> {
  const { process } = globalThis as unknown as Uncaught;
  const event = 'uncaughtException';
  const usual = process.listeners(event);
  process.removeAllListeners(event);
  return new Promise((resolve) => {
    process.on(event, (error) => {
      process.removeAllListeners(event);
      for (const listener of usual) process.on(event, listener);
      resolve(error);
    });
  });
}
