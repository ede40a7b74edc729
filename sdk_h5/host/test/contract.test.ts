import { beforeAll, describe, expect, it } from 'vitest';
import { nodeStage } from '../contract/node.js';
import { type Result, runAll } from '../contract/run.js';
import { SUITES } from '../contract/suites.js';

/** The suites that run over real frames as well (tests/e2e/test_bridge.py); what needs those is left to them. */
const HERE = Object.fromEntries(
  Object.entries(SUITES).map(([suite, cases]) => [suite, cases.filter(({ only }) => only !== 'frames')]),
);

const results: Result[] = [];

beforeAll(async () => {
  results.push(...(await runAll(HERE, nodeStage)));
}, 60_000);

describe.each(Object.entries(HERE))('%s', (suite, cases) => {
  it.each(cases)('$name', ({ name }) => {
    const result = results.find((each) => each.suite === suite && each.name === name);
    expect(result).toMatchObject({ failure: null });
  });
});
