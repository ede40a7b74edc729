import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** What the SDK may weigh, gzipped: residents load it with every mini-service. */
export const MOST_GZIP_BYTES = 5_000;

const FILES = [
  { name: 'onecity.js', format: 'esm' },
  { name: 'onecity.iife.js', format: 'iife', globalName: 'onecity' },
];

/** Bundles every published file in memory: its name, bytes, gzipped size and integrity (SRI). */
export function bundleAll() {
  return Promise.all(FILES.map(bundle));
}

async function bundle({ name, ...format }) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    target: 'es2020',
    write: false,
    ...format,
  });
  const bytes = outputFiles[0].contents;
  const gzip = gzipSync(bytes, { level: 9 }).length;
  return { name, bytes, gzip, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}` };
}

export function describe({ name, bytes, gzip }) {
  return `${name}: ${bytes.length} B minified, ${gzip} B gzip (${MOST_GZIP_BYTES} B at most)`;
}
