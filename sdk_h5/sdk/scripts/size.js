import { bundleAll, describe, MOST_GZIP_BYTES } from './bundle.js';

for (const file of await bundleAll()) {
  console.log(describe(file));
  if (file.gzip > MOST_GZIP_BYTES) process.exitCode = 1;
}
