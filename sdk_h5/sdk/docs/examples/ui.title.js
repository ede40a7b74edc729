import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  await city.ui.title('我的预约');
}
