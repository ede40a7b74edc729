import { expect, it } from 'vitest';
import { makePatience } from '@/service/patience';

function patient(answers: boolean[]) {
  let time = 0;
  const asked: number[] = [];
  const patience = makePatience(() => time);
  const question = async () => {
    asked.push(time);
    return answers.shift() ?? false;
  };
  const ask = (signal = new AbortController().signal) => patience(question, signal);
  return { ask, asked, wait: (ms: number) => (time += ms) };
}

it('rests for half a minute after three refusals in a row', async () => {
  const { ask, asked, wait } = patient([]);
  for (let i = 0; i < 3; i += 1) expect(await ask()).toBe(false);
  await expect(ask()).rejects.toMatchObject({ code: 'REFUSED', retry: true });
  wait(30_000);
  expect(await ask()).toBe(false);
  expect(asked).toHaveLength(4);
});

it('starts anew after a yes', async () => {
  const { ask, asked } = patient([false, false, true, false, false, true]);
  for (let i = 0; i < 6; i += 1) await ask();
  expect(asked).toHaveLength(6);
});

it('asks nothing more after three refusals of questions that were put all at once', async () => {
  const { ask, asked } = patient([]);
  const outcomes = await Promise.allSettled(Array.from({ length: 32 }, () => ask()));
  expect(asked).toHaveLength(3);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(29);
});

it('does not count a question that was taken back while it waited', async () => {
  const { ask, asked } = patient([]);
  const gone = new AbortController();
  const waiting = ask(gone.signal);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  for (let i = 0; i < 3; i += 1) await ask();
  expect(asked).toHaveLength(3);
});
