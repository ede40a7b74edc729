import { bundleAll, describe } from './bundle.js';

for (const file of await bundleAll()) {
  console.log(describe(file));
  if (file.gzip > file.most) process.exitCode = 1;
}
