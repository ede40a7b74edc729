"""Leaky buckets: exact under races, shared, and empty again in time."""

import asyncio

import pytest

from auth.guard.caller import Caller
from auth.guard.limits import AttemptKind, Limit
from auth.guard.models import Counter
from core.database import transaction
from tests.unit.auth.guard.wiring import STRANGER, Guard
from tests.unit.auth.wiring import PHONE

TEN = Limit(("ten",), 10, 3600, 5, 10, (14, 22))
OTHER = Limit(("other",), 20, 86_400, 5, 20, (14, 22))


@pytest.mark.both_databases
async def test_a_hundred_at_once_are_counted_exactly(guard: Guard) -> None:
    await asyncio.gather(*(guard.counters.add([TEN, OTHER]) for _ in range(100)))
    assert await guard.counters.levels([TEN, OTHER]) == [100, 100]


@pytest.mark.both_databases
async def test_a_hundred_failures_at_once_are_counted_exactly(guard: Guard) -> None:
    await asyncio.gather(*(guard.attempts.failed(AttemptKind.CODE, PHONE, STRANGER) for _ in range(100)))
    limits = guard.limits.of(AttemptKind.CODE, PHONE, STRANGER, known=False)
    assert await guard.counters.levels([*limits, guard.limits.guesses_at(PHONE)]) == [100, 100, 100]


async def test_it_leaks_evenly_and_no_lower_than_empty(guard: Guard) -> None:
    for _ in range(3):
        await guard.counters.add([TEN])
    guard.clock.advance(minutes=6)
    assert await guard.counters.levels([TEN]) == [2]
    guard.clock.advance(days=3)
    assert await guard.counters.levels([TEN]) == [0]
    assert await guard.counters.add([TEN]) == [1]


async def test_what_is_taken_back_did_not_count(guard: Guard) -> None:
    await guard.counters.add([TEN, OTHER])
    await guard.counters.take_back([TEN])
    assert await guard.counters.levels([TEN, OTHER]) == [0, 1]


async def test_taking_back_what_was_never_counted_gives_no_credit(guard: Guard) -> None:
    await guard.counters.take_back([TEN])
    await guard.counters.take_back([TEN])
    assert await guard.counters.add([TEN]) == [1]


async def test_a_refused_rule_counts_nothing(guard: Guard) -> None:
    class Refused(Exception): ...

    with pytest.raises(Refused):
        async with transaction():
            await guard.counters.add([TEN])
            raise Refused
    assert await guard.counters.levels([TEN]) == [0]


async def test_the_table_names_nobody(guard: Guard) -> None:
    await guard.attempts.failed(AttemptKind.PASSWORD, PHONE, Caller("192.0.2.7", "a browser"))
    for row in await Counter.all():
        assert PHONE not in row.id
        assert len(row.id) == 64


@pytest.mark.parametrize(
    ("level", "wait", "bits"),
    [(0, 0, 0), (4.9, 0, 0), (5, 0, 14), (7.5, 0, 18), (9, 0, 20), (9.5, 180, 21), (10, 360, 22), (40, 11_160, 22)],
)
def test_what_a_level_asks_for(level: float, wait: int, bits: int) -> None:
    assert (TEN.wait(level), TEN.bits(level)) == (wait, bits)


async def test_what_has_run_out_is_removed(guard: Guard) -> None:
    await guard.counters.add([TEN])
    await guard.counters.add([OTHER])
    guard.clock.advance(minutes=7)
    await guard.leftovers.remove()
    assert await Counter.all().count() == 1
