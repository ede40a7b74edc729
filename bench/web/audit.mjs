// Lighthouse on pages of a browser that runs already, signed in or not: JSON in (port, addresses), JSON out.
import lighthouse from 'lighthouse';

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
    paint: lhr.audits['first-contentful-paint']?.numericValue ?? null,
    interactive: lhr.audits.interactive?.numericValue ?? null,
  });
}
console.log(JSON.stringify(found));
