import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  return city.share({ title: '调用演示', text: '试试 SDK 的每个方法', path: '/index.html#/methods/share' });
}
