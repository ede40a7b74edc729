/**
 * The service worker is built on its own, after the app: it lists what the app's build made,
 * is one classic script without imports, and always lives at /sw.js.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const dist = fileURLToPath(new URL('./dist', import.meta.url));

/** Everything the app needs to open without a network, as absolute paths. */
function shellFiles(): string[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'sw.js' && entry.name !== 'index.html')
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(dist.length))
    .sort();
}

function version(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of ['/index.html', ...files]) hash.update(file).update(readFileSync(dist + file));
  return hash.digest('hex').slice(0, 12);
}

const files = shellFiles();

export default defineConfig({
  publicDir: false,
  define: {
    __SHELL_FILES__: JSON.stringify(['/', ...files]),
    __SHELL_VERSION__: JSON.stringify(version(files)),
  },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('./src/sw/sw.ts', import.meta.url)),
      formats: ['iife'],
      name: 'onecitySW',
      fileName: () => 'sw.js',
    },
  },
});
