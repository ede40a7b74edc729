"""A caller gets its quota and no more, however the calls are spread."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.limits import Bucket, Buckets, Rate, policy, retry_after, standing, take_all

START = 1_000_000.0


def test_the_whole_quota_may_come_at_once_and_then_one_per_interval() -> None:
    bucket = Bucket(Rate(600, 60))
    assert [bucket.take(START) for _ in range(600)] == [0.0] * 600
    assert bucket.take(START) == pytest.approx(0.1)
    assert bucket.take(START + 0.099) == pytest.approx(0.001, abs=1e-4)
    assert bucket.take(START + 0.1) == 0.0
    assert bucket.take(START + 0.1) > 0.0


def test_a_refused_call_counts_nothing() -> None:
    bucket = Bucket(Rate(1, 10))
    bucket.take(START)
    for _ in range(100):
        assert bucket.take(START + 5) == pytest.approx(5)
    assert bucket.take(START + 10) == 0.0


@pytest.mark.parametrize("calls", [1, 7, 600, 9_973])
@pytest.mark.parametrize("seconds", [0.5, 60, 86_400])
def test_rounding_takes_no_call_away_and_gives_none(calls: int, seconds: float) -> None:
    bucket = Bucket(Rate(calls, seconds))
    through = sum(bucket.take(START + 0.123) == 0.0 for _ in range(calls + 5))
    assert through == calls


@given(
    calls=st.integers(1, 20),
    seconds=st.floats(0.1, 100),
    gaps=st.lists(st.floats(0, 20), min_size=1, max_size=200),
)
def test_no_window_holds_more_than_twice_the_quota_and_waits_are_honest(
    calls: int, seconds: float, gaps: list[float]
) -> None:
    """A burst of the whole quota, and what the window itself refilled."""
    bucket = Bucket(Rate(calls, seconds))
    now = START
    through: deque[float] = deque()
    for gap in gaps:
        now += gap
        foretold = bucket.wait(now)
        wait = bucket.take(now)
        assert wait == foretold
        if wait == 0.0:
            through.append(now)
        else:
            assert bucket.wait(now + wait) == 0.0
        while through[0] <= now - seconds:
            through.popleft()
        assert len(through) <= 2 * calls


def test_remaining_and_reset_tell_what_take_will_do() -> None:
    bucket = Bucket(Rate(10, 60))
    assert (bucket.remaining(START), bucket.resets_in(START)) == (10, 0)
    bucket.take(START)
    assert (bucket.remaining(START), bucket.resets_in(START)) == (9, 6)
    for _ in range(9):
        bucket.take(START)
    assert (bucket.remaining(START), bucket.resets_in(START)) == (0, 60)
    assert (bucket.remaining(START + 5.9), bucket.resets_in(START + 5.9)) == (0, 55)
    assert (bucket.remaining(START + 6), bucket.resets_in(START + 6)) == (1, 54)
    assert (bucket.remaining(START + 60), bucket.resets_in(START + 60)) == (10, 0)


def test_a_call_given_back_can_be_had_again() -> None:
    bucket = Bucket(Rate(1, 60))
    assert bucket.take(START) == 0.0
    bucket.give_back()
    assert bucket.take(START) == 0.0


def test_of_several_limits_a_refused_call_counts_at_none() -> None:
    generous, strict, strictest = Bucket(Rate(10, 60)), Bucket(Rate(1, 60)), Bucket(Rate(1, 90))
    assert take_all((generous, strict, strictest), START) == 0.0
    assert take_all((generous, strict, strictest), START) == pytest.approx(90), "the longest wait is the honest one"
    assert take_all((strictest, strict, generous), START) == pytest.approx(90)
    assert generous.remaining(START) == 9
    assert take_all((generous, strict), START + 60) == 0.0
    assert generous.remaining(START + 60) == 9


def test_each_caller_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(Rate(1, 60))
    assert buckets.of("li", START).take(START) == 0.0
    assert buckets.of("wang", START).take(START) == 0.0
    assert buckets.of("li", START).take(START) > 0.0


def test_room_is_made_by_forgetting_full_buckets_first() -> None:
    buckets = Buckets(Rate(10, 60), most=100)
    for number in range(50):
        buckets.of(("spent", number), START).take(START)
        buckets.of(("idle before", number), START)
    for number in range(1000):
        buckets.of(("idle", number), START)
    assert 90 <= len(buckets) <= 100
    assert all(buckets.of(("spent", number), START).remaining(START) == 9 for number in range(50))


def test_when_all_are_in_use_those_nearest_to_full_go() -> None:
    buckets = Buckets(Rate(100, 60), most=8)
    for number in range(8):
        for _ in range(10 + number):
            buckets.of(number, START).take(START)
    buckets.of("new", START)
    assert len(buckets) == 8
    assert buckets.of(7, START).remaining(START) == 83
    assert buckets.of(0, START).remaining(START) == 100, "the one with the least debt was forgotten"


def test_the_fields_have_the_drafts_form() -> None:
    rate = Rate(600, 60)
    bucket = Bucket(rate)
    bucket.take(START)
    assert policy(b"resident", rate) == b'"resident";q=600;w=60'
    assert standing(b"resident", bucket, START) == b'"resident";r=599;t=1'
    assert policy(b"upstream", Rate(3, 0.5)) == b'"upstream";q=3;w=1', "a window is a whole number of seconds"


@pytest.mark.parametrize(("wait", "seconds"), [(0.001, 1), (1.0, 1), (1.2, 2), (59.5, 60)])
def test_retry_after_is_whole_seconds_and_never_too_soon(wait: float, seconds: int) -> None:
    assert retry_after(wait) == seconds


@pytest.mark.parametrize(("calls", "seconds"), [(0, 60), (-1, 60), (1, 0), (1, -1), (1, float("nan"))])
def test_a_rate_that_lets_nobody_through_is_refused(calls: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="a rate is"):
        Rate(calls, seconds)


def test_rates_are_compared_by_their_figures() -> None:
    assert Rate(1, 2) == Rate(1, 2.0)
    assert len({Rate(1, 2), Rate(1, 2.0), Rate(2, 2)}) == 2
    assert repr(Rate(1, 2)) == "Rate(1, 2.0)"
