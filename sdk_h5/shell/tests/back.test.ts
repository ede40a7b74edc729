import { expect, it, vi } from 'vitest';
import { makeBack } from '@/service/back';

function pressing(ready = true) {
  let time = 0;
  const options = { ready: () => ready, tell: vi.fn(), leave: vi.fn(), hint: vi.fn(), now: () => time };
  return { back: makeBack(options), ...options, wait: (ms: number) => (time += ms) };
}

it('leaves at once where the page did not ask to hear of it', () => {
  const { back, tell, leave } = pressing();
  back.press();
  expect([tell, leave].map((each) => each.mock.calls.length)).toEqual([0, 1]);
});

it('tells the page first, and leaves with a second press within two seconds', () => {
  const { back, tell, leave, wait } = pressing();
  back.want(true);
  back.press();
  expect([tell, leave].map((each) => each.mock.calls.length)).toEqual([1, 0]);
  wait(1_999);
  back.press();
  expect([tell, leave].map((each) => each.mock.calls.length)).toEqual([1, 1]);
});

it('tells the page again after that, and the resident how to leave', () => {
  const { back, tell, leave, hint, wait } = pressing();
  back.want(true);
  back.press();
  expect(hint).not.toHaveBeenCalled();
  wait(2_000);
  back.press();
  expect([tell, leave, hint].map((each) => each.mock.calls.length)).toEqual([2, 0, 1]);
  wait(10_000);
  back.press();
  expect([tell, leave, hint].map((each) => each.mock.calls.length)).toEqual([3, 0, 1]);
});

it('leaves at once where no page answers', () => {
  const { back, leave } = pressing(false);
  back.want(true);
  back.press();
  expect(leave).toHaveBeenCalledOnce();
});
