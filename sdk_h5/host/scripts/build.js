import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const laptop = path('../dist/laptop');

await rm(path('../dist'), { recursive: true, force: true });
await build({
  entryPoints: [path('../laptop/laptop.ts')],
  outfile: `${laptop}/laptop.js`,
  bundle: true,
  minify: true,
  target: 'es2022',
  format: 'esm',
});
for (const file of ['index.html', 'laptop.css']) await cp(path(`../laptop/${file}`), `${laptop}/${file}`);
console.log('The laptop host is in host/dist/laptop.');
