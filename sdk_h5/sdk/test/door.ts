import { vi } from 'vitest';
import { createCall, type Keep } from '../src/call.js';
import { CityError } from '../src/errors.js';
import { placeOf, windowPair } from './windows.js';

export type Answer = (request: Request, nth: number) => Response | Promise<Response>;

/** The door with a made-up network and made-up tokens: token-1, token-2, … one for each time it is asked. */
export function door(answer: Answer, keep: Keep = () => Promise.reject(new CityError('UNSUPPORTED', 'No queue.'))) {
  const requests: Request[] = [];
  let issued = 0;
  let held: string | undefined;
  const tokens = {
    get: vi.fn(async () => {
      issued += held === undefined ? 1 : 0;
      held ??= `token-${issued}`;
      return held;
    }),
    drop: vi.fn((stale?: string) => {
      if (stale === undefined || stale === held) held = undefined;
    }),
  };
  const fetch = (request: Request): Promise<Response> => {
    requests.push(request);
    return Promise.resolve(answer(request, requests.length));
  };
  return { call: createCall(placeOf(windowPair(), { fetch }), tokens, keep), requests, tokens };
}
