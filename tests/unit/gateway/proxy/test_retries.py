"""Retries stay a small part of the calls."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.retries import Budget

START = 1_000_000.0


def spend_all(budget: Budget, now: float) -> int:
    spent = 0
    while budget.spend(now):
        spent += 1
    return spent


def test_a_new_upstream_may_retry_what_is_saved_and_then_a_tenth_of_its_calls() -> None:
    budget = Budget(ratio=0.1, floor=0.0, most=5)
    assert spend_all(budget, START) == 5
    for _ in range(41):
        budget.earn()
    assert spend_all(budget, START) == 4


def test_a_busy_upstream_saves_up_no_more_than_the_most() -> None:
    budget = Budget(ratio=0.1, floor=0.0, most=5)
    for _ in range(1000):
        budget.earn()
    assert spend_all(budget, START) == 5


def test_a_quiet_upstream_may_retry_a_little_for_the_time_that_passed() -> None:
    budget = Budget(ratio=0.1, floor=0.5, most=5)
    spend_all(budget, START)
    assert not budget.spend(START + 1.9)
    assert budget.spend(START + 2.0)
    assert spend_all(budget, START + 3600) == 5, "no more than is saved at the most"


@given(steps=st.lists(st.tuples(st.booleans(), st.floats(0, 3)), max_size=300))
def test_retries_never_exceed_ratio_floor_and_savings(steps: list[tuple[bool, float]]) -> None:
    budget = Budget(ratio=0.1, floor=0.5, most=10)
    now, calls, retries = START, 0, 0
    for is_call, gap in steps:
        now += gap
        if is_call:
            budget.earn()
            calls += 1
        else:
            retries += budget.spend(now)
        assert retries <= 10 + 0.1 * calls + 0.5 * (now - START) + 1e-6
