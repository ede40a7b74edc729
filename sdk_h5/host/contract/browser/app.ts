/** The app's page: runs every suite over real frames and hands the results to whoever opened it. */

import { type Result, runAll } from '../run.js';
import { SUITES } from '../suites.js';
import { frameStage, hearHellos } from './stage.js';

const asked = new URLSearchParams(location.search);
const origins = { service: asked.get('service') ?? '', elsewhere: asked.get('elsewhere') ?? '' };

async function report(results: Result[]): Promise<void> {
  await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
}

hearHellos();
runAll(SUITES, () => frameStage(origins), asked.get('only') ?? '').then(report);
