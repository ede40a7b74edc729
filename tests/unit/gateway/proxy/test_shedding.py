"""The later the loop, the more is refused; and it does not flutter."""

import asyncio
import time
from contextlib import suppress

import pytest

from gateway.proxy.lag import measure_lag
from gateway.proxy.shedding import Shedding

PRIORITIES = ("low", "normal", "high")


def shed_at(shedding: Shedding, lateness: float) -> list[str]:
    for _ in range(50):
        shedding.observe(lateness)
    return [priority for priority in PRIORITIES if shedding.sheds(priority)]


@pytest.mark.parametrize(
    ("lateness", "refused"),
    [(0.0, []), (0.09, []), (0.11, ["low"]), (0.31, ["low", "normal"]), (1.1, ["low", "normal", "high"])],
)
def test_each_priority_has_its_threshold(lateness: float, refused: list[str]) -> None:
    assert shed_at(Shedding(), lateness) == refused


def test_calls_pass_again_only_well_below_the_threshold() -> None:
    shedding = Shedding()
    assert shed_at(shedding, 0.4) == ["low", "normal"]
    assert shed_at(shedding, 0.2) == ["low", "normal"]
    assert shed_at(shedding, 0.14) == ["low"]
    assert shed_at(shedding, 0.06) == ["low"]
    assert shed_at(shedding, 0.04) == []


def test_one_pause_of_a_tenth_of_a_second_refuses_nothing() -> None:
    shedding = Shedding()
    shedding.observe(0.15)
    assert not shedding.sheds("low")


def test_a_priority_that_is_none_of_ours_counts_as_normal() -> None:
    shedding = Shedding()
    shed_at(shedding, 0.2)
    assert not shedding.sheds("urgent")
    shed_at(shedding, 0.4)
    assert shedding.sheds("urgent")


def test_the_hint_grows_with_the_lateness() -> None:
    shedding = Shedding()
    assert shedding.retry_after() == 1
    shed_at(shedding, 2.1)
    assert shedding.retry_after() == 5


def test_thresholds_that_shed_the_higher_priority_first_are_refused() -> None:
    with pytest.raises(ValueError, match="shed later"):
        Shedding(low=0.3, normal=0.1)


async def test_a_loop_that_is_kept_busy_is_seen_to_be_late() -> None:
    shedding = Shedding()
    sampler = asyncio.ensure_future(measure_lag(shedding, interval=0.01))
    await asyncio.sleep(0.05)
    assert not shedding.sheds("low")
    time.sleep(0.25)  # noqa: ASYNC251 - standing in for work that blocks
    for _ in range(5):
        await asyncio.sleep(0)
    assert shedding.sheds("low"), "one pause counts as the measurements that it swallowed"
    sampler.cancel()
    with suppress(asyncio.CancelledError):
        await sampler
