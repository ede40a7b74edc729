// Lighthouse on pages of a browser that runs already, signed in or not: JSON in (port, addresses), JSON out.
import lighthouse from 'lighthouse';

const METRICS = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'total-blocking-time',
  'cumulative-layout-shift',
  'speed-index',
];

const { port, addresses } = JSON.parse(await new Promise((resolve) => {
  let text = '';
  process.stdin.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
}));
const found = [];
for (const address of addresses) {
  const flags = { port, logLevel: 'error', output: 'json', disableStorageReset: true };
  const onlyCategories = ['performance', 'accessibility', 'best-practices'];
  const { lhr } = await lighthouse(address, { ...flags, onlyCategories });
  const score = (name) => Math.round((lhr.categories[name]?.score ?? 0) * 100);
  const failed = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score === 0 && scoreDisplayMode === 'binary');
  found.push({
    address,
    performance: score('performance'),
    accessibility: score('accessibility'),
    practices: score('best-practices'),
    failed: failed.map(({ id }) => id),
    metrics: METRICS.map((id) => `${lhr.audits[id]?.title} ${lhr.audits[id]?.displayValue}`),
  });
}
console.log(JSON.stringify(found));
