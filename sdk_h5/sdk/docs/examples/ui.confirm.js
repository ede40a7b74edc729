import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const sure = await city.ui.confirm({
    title: '取消预约？',
    message: '名额会立刻放出',
    ok: '取消预约',
    cancel: '再想想',
  });
  return sure ? 'cancelled' : 'kept';
}
