import { city } from '/sdk/v1/onecity.js';

/** Waits for the back button once; then it leaves the service as usual. */
export default function example() {
  city.ui.toast('请按返回键').catch(() => {});
  return new Promise((resolve) => {
    const stop = city.ui.back(() => {
      stop();
      resolve('back was pressed');
    });
  });
}
