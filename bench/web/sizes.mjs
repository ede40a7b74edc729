// What a page loads of each SDK: bundled by the same esbuild flags, then gzip -9. JSON: [{ name, min, gzip }].
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const SDK = new URL('../../sdk_h5/sdk/', import.meta.url).pathname;

/** What a page would import of each. */
const PEERS = [
  ['VK Bridge 3.0.2', "export { default } from '@vkontakte/vk-bridge'"],
  ['Comlink 4.4.2', "export * from 'comlink'"],
  ['Capacitor 8.5.2, core', "export * from '@capacitor/core'"],
  ['Penpal 7.0.6, connect and WindowMessenger', "export { connect, WindowMessenger } from 'penpal'"],
  ['Telegram, official script (@twa-dev/sdk 8.0.2)', "export { default } from '@twa-dev/sdk'"],
  ['Telegram, @telegram-apps/bridge 2.11.0', "export * from '@telegram-apps/bridge'"],
  ['Telegram, @telegram-apps/sdk 3.11.8', "export * from '@telegram-apps/sdk'"],
  ['LINE LIFF 2.31.0, core', "export { default } from '@line/liff/core'"],
  ['LINE LIFF 2.31.0', "export { default } from '@line/liff'"],
];

async function bundled(options) {
  const flags = { bundle: true, minify: true, target: 'es2020', format: 'esm', write: false, logLevel: 'silent' };
  const { outputFiles } = await build({ ...flags, ...options });
  const [{ contents }] = outputFiles;
  return { min: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

function built(file) {
  const contents = readFileSync(`${SDK}dist/${file}`);
  return { min: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

const measured = [];
const ours = [
  ['OneCity, core', 'onecity-core.js'],
  ['OneCity, all a page loads in the app', 'onecity.js'],
];
for (const [name, file] of ours) measured.push({ name, ours: true, ...built(file) });
for (const [name, contents] of PEERS) {
  const stdin = { contents, resolveDir: new URL('.', import.meta.url).pathname };
  measured.push({ name, ours: false, ...(await bundled({ stdin })) });
}
console.log(JSON.stringify(measured));
