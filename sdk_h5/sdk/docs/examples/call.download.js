import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  let told = 0;
  let last = {};
  const response = await city.call('playground', '/download?bytes=1048576', {
    onProgress: (progress) => {
      told += 1;
      last = progress;
    },
  });
  const { size } = await response.blob();
  return { size, told, last };
}
