import { expect, it } from 'vitest';
import { withPatience } from '@/service/patience';

function patient(answers: boolean[]) {
  let time = 0;
  const asked: number[] = [];
  const ask = withPatience(
    async () => {
      asked.push(time);
      return answers.shift() ?? false;
    },
    () => time,
  );
  return { ask, asked, wait: (ms: number) => (time += ms) };
}

it('rests for half a minute after three refusals in a row', async () => {
  const { ask, asked, wait } = patient([]);
  for (let i = 0; i < 3; i += 1) expect(await ask()).toBe(false);
  await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED', retry: true });
  wait(30_000);
  expect(await ask()).toBe(false);
  expect(asked).toHaveLength(4);
});

it('starts anew after a yes', async () => {
  const { ask, asked } = patient([false, false, true, false, false, true]);
  for (let i = 0; i < 6; i += 1) await ask();
  expect(asked).toHaveLength(6);
});
