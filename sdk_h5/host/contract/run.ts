import type { Case, Stage } from './stage.js';

export interface Result {
  suite: string;
  name: string;
  /** Why it failed; null when it did not. */
  failure: string | null;
  ms: number;
}

const AT_ONCE = 8;
const PATIENCE_MS = 30_000;

interface Named {
  suite: string;
  one: Case;
}

/** Runs every case whose name holds `only`, a few at a time, each on a stage of its own. */
export async function runAll(
  suites: Readonly<Record<string, readonly Case[]>>,
  newStage: () => Stage,
  only = '',
): Promise<Result[]> {
  const all = Object.entries(suites).flatMap(([suite, cases]) => cases.map((one): Named => ({ suite, one })));
  const meant = all.filter(({ one }) => one.name.includes(only));
  const results: Result[] = [];
  const run = async (each: Named): Promise<void> => {
    results.push(await runOne(each, newStage()));
  };
  const busy = meant.filter(({ one }) => !one.when);
  const work = async (): Promise<void> => {
    for (let next = busy.shift(); next; next = busy.shift()) await run(next);
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  const silent = meant.filter(({ one }) => one.when === 'at once').map(run);
  await Promise.all([...workers, ...silent]);
  for (const each of meant.filter(({ one }) => one.when === 'alone')) await run(each);
  return results;
}

async function runOne({ suite, one }: Named, stage: Stage): Promise<Result> {
  const began = performance.now();
  const failure = await Promise.race([one.run(stage).then(() => null, String), lateness()]);
  stage.end();
  return { suite, name: one.name, failure, ms: Math.round(performance.now() - began) };
}

function lateness(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`It did not end within ${PATIENCE_MS} ms.`), PATIENCE_MS);
  });
}
