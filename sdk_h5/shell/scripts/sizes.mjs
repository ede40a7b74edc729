/** Prints what a first visit downloads, and fails the build when the initial JavaScript outgrows its budget. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 96 * 1024;
const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');

const gzipped = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} kB gzip`;
const sum = (paths) => paths.reduce((total, path) => total + gzipped(path), 0);

const assets = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`);
const initial = assets.filter((path) => html.includes(path));
const scripts = initial.filter((path) => path.endsWith('.js'));
const styles = initial.filter((path) => path.endsWith('.css'));

console.log(`initial JS   ${kib(sum(scripts))} (budget ${kib(BUDGET)})`);
console.log(`initial CSS  ${kib(sum(styles))}`);
console.log(`all JS       ${kib(sum(assets.filter((path) => path.endsWith('.js'))))}`);
console.log(`sw.js        ${kib(gzipped('sw.js'))}`);

if (sum(scripts) > BUDGET) {
  console.error('the initial JavaScript is over its budget');
  process.exit(1);
}
