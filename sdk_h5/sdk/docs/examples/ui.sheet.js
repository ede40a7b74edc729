import { city } from '/sdk/v1/onecity.js';

export default async function example() {
  const actions = [
    { id: 'move', label: '改期' },
    { id: 'cancel', label: '取消预约', danger: true },
  ];
  return city.ui.sheet({ title: '这个预约', actions });
}
