import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.ui.loading(true, '正在提交…');
  try {
    const response = await city.call('playground', '/slow?seconds=1');
    return await response.json();
  } finally {
    await city.ui.loading(false);
  }
}
