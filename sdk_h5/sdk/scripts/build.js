import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { bundleAll, describe } from './bundle.js';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const files = await bundleAll();
for (const file of files) {
  await writeFile(new URL(file.name, dist), file.bytes);
  console.log(describe(file));
}
await copyFile(new URL('src/carrier.html', root), new URL('carrier.html', dist));
const integrity = Object.fromEntries(files.map((file) => [file.name, file.integrity]));
await writeFile(new URL('sri.json', dist), `${JSON.stringify(integrity, null, 2)}\n`);
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
