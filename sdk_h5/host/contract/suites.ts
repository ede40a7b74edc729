import { CALLS } from './cases/calls.js';
import { ENDINGS } from './cases/endings.js';
import { EVENTS } from './cases/events.js';
import { GREETINGS } from './cases/greetings.js';
import { HOSTILE_CALLS } from './cases/hostile-calls.js';
import { HOSTILE_FLOODS } from './cases/hostile-floods.js';
import { HOSTILE_GREETINGS } from './cases/hostile-greetings.js';
import { HOSTILE_HOST } from './cases/hostile-host.js';
import { HOSTILE_MOVES } from './cases/hostile-moves.js';
import { PROMPTS } from './cases/prompts.js';
import { SIZES } from './cases/sizes.js';
import type { Case } from './stage.js';

/** What holds between a host and a page that mean well, and between each and one that does not. */
export const SUITES: Readonly<Record<'contract' | 'hostile child' | 'hostile host', readonly Case[]>> = {
  contract: [...GREETINGS, ...CALLS, ...SIZES, ...EVENTS, ...PROMPTS, ...ENDINGS],
  'hostile child': [...HOSTILE_GREETINGS, ...HOSTILE_CALLS, ...HOSTILE_FLOODS, ...HOSTILE_MOVES],
  'hostile host': HOSTILE_HOST,
};
