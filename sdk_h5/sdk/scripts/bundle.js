import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Every published script, where it comes from, and what it may weigh, gzipped: residents load the first with every
 * mini-service. The others are loaded by it when a page needs them, or by a page that wants no more.
 * A classic script is wrapped here and not by esbuild, which would add helpers for `require` to it.
 */
export const FILES = [
  { name: 'onecity.js', entry: 'src/index.ts', most: 5_000 },
  { name: 'onecity.iife.js', entry: 'src/onecity-global.ts', most: 5_000, classic: true },
  { name: 'onecity-core.js', entry: 'src/onecity-core.ts', most: 2_000 },
  { name: 'onecity-appearance.js', entry: 'src/onecity-appearance.ts', most: 1_000 },
  { name: 'onecity-upload.js', entry: 'src/onecity-upload.ts', most: 1_000 },
  { name: 'onecity-outside.js', entry: 'src/onecity-outside.ts', most: 7_000 },
  { name: 'carrier.js', entry: 'src/carrier-page.ts', most: 4_000 },
  { name: 'wx.js', entry: 'shims/wx.global.ts', most: 3_000, classic: true },
  { name: 'zwjs.js', entry: 'shims/zwjs.global.ts', most: 3_000, classic: true },
];

/** Bundles every published file in memory: its name, bytes, gzipped size and integrity (SRI). */
export function bundleAll() {
  return Promise.all(FILES.map(bundle));
}

async function bundle({ name, entry, most, classic }) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    target: 'es2020',
    format: 'esm',
    external: ['./onecity-*'],
    write: false,
    ...(classic && { banner: { js: '(()=>{' }, footer: { js: '})();' } }),
  });
  const bytes = outputFiles[0].contents;
  const gzip = gzipSync(bytes, { level: 9 }).length;
  return { name, bytes, gzip, most, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}` };
}

export function describe({ name, bytes, gzip, most }) {
  return `${name}: ${bytes.length} B minified, ${gzip} B gzip (${most} B at most)`;
}
