// The pages of the contract for real browsers: node scripts/contract.js <folder>. tests/e2e/test_bridge.py serves them.
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [outdir] = process.argv.slice(2);
if (!outdir) throw new Error('Name the folder to write to.');
const source = (name) => fileURLToPath(new URL(`../contract/browser/${name}`, import.meta.url));

await build({
  entryPoints: [source('app.ts'), source('page.ts')],
  outdir,
  bundle: true,
  target: 'es2022',
  format: 'esm',
  external: ['./onecity-outside.js'],
});
for (const page of ['app.html', 'page.html']) await cp(source(page), `${outdir}/${page}`);
