"""The queue's contract, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from core.ids import new_id
from push.models import Delivery
from push.outbox import Outbox
from tests.harness.clock import ManualClock

pytestmark = pytest.mark.both_databases
LEASE = timedelta(seconds=30)


@pytest.fixture
def outbox(store: str, clock: ManualClock) -> Outbox:
    return Outbox(clock, LEASE)


async def put(clock: ManualClock, seconds: float = 0) -> str:
    due = clock.now() + timedelta(seconds=seconds)
    made = await Delivery.create(id=new_id(clock.now()), notice_id="n", subscription_id="s", run_at=due, attempts=0)
    return str(made.id)


async def test_the_longest_due_are_claimed_first_and_those_not_due_are_left(outbox: Outbox, clock: ManualClock) -> None:
    later, second, first = await put(clock, 1), await put(clock, -1), await put(clock, -2)
    assert [each.id for each in await outbox.claim(1)] == [first]
    assert [each.id for each in await outbox.claim(9)] == [second]
    assert await outbox.claim(9) == []
    clock.advance(seconds=1)
    assert [each.id for each in await outbox.claim(9)] == [later]


async def test_a_claim_that_is_not_finished_is_due_again_after_its_lease(outbox: Outbox, clock: ManualClock) -> None:
    await put(clock)
    (first,) = await outbox.claim(9)
    clock.advance(seconds=29)
    assert await outbox.claim(9) == []
    clock.advance(seconds=1)
    (again,) = await outbox.claim(9)
    assert (first.attempts, again.attempts) == (1, 2)


async def test_what_is_finished_is_gone(outbox: Outbox, clock: ManualClock) -> None:
    kept = await put(clock)
    done = [await put(clock) for _ in range(3)]
    await outbox.finish([each for each in await outbox.claim(9) if each.id in done])
    assert [each.id for each in await Delivery.all()] == [kept]


async def test_what_is_postponed_comes_back_then(outbox: Outbox, clock: ManualClock) -> None:
    await put(clock)
    (claim,) = await outbox.claim(9)
    await outbox.postpone(claim, clock.now() + timedelta(seconds=90))
    clock.advance(seconds=89)
    assert await outbox.claim(9) == []
    clock.advance(seconds=1)
    assert [each.attempts for each in await outbox.claim(9)] == [2]


async def test_a_worker_that_was_too_slow_does_not_move_what_another_has_claimed(
    outbox: Outbox, clock: ManualClock
) -> None:
    await put(clock)
    (slow,) = await outbox.claim(9)
    clock.advance(seconds=30)
    await outbox.claim(9)
    await outbox.postpone(slow, clock.now())
    assert await outbox.claim(9) == []


async def test_many_at_once_never_claim_the_same(outbox: Outbox, clock: ManualClock) -> None:
    put_in = {await put(clock) for _ in range(60)}
    claimed = [each.id for batch in await asyncio.gather(*(outbox.claim(7) for _ in range(12))) for each in batch]
    assert len(claimed) == len(set(claimed)) == len(put_in)
