"""The breaker opens when an upstream fails, tries again with few calls, and never forgets how to close."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.proxy.breaker import Breaker, BreakerOptions

START = 1_000_000.0


def a_breaker(**options: float) -> Breaker:
    return Breaker(BreakerOptions(**({"minimum": 4, "open_seconds": 2, "probes": 2} | options)))  # type: ignore[arg-type]


def fail(breaker: Breaker, now: float, times: int) -> None:
    for _ in range(times):
        breaker.failed(breaker.admits(now), now)


def succeed(breaker: Breaker, now: float, times: int, seconds: float = 0.01) -> None:
    for _ in range(times):
        breaker.succeeded(breaker.admits(now), now, seconds)


def test_it_opens_at_the_ratio_and_says_when_to_come_back() -> None:
    breaker = a_breaker()
    succeed(breaker, START, 3)
    fail(breaker, START, 2)
    assert breaker.state(START) == "closed"
    fail(breaker, START, 1)
    assert breaker.state(START) == "open"
    assert breaker.admits(START + 1.9) == 0
    assert breaker.retry_after(START) == 2
    assert breaker.retry_after(START + 1.5) == 1


def test_few_outcomes_conclude_nothing() -> None:
    breaker = a_breaker()
    fail(breaker, START, 3)
    assert breaker.state(START) == "closed"


def test_what_is_older_than_the_window_does_not_count() -> None:
    breaker = a_breaker(window=10)
    fail(breaker, START, 3)
    fail(breaker, START + 11, 3)
    assert breaker.state(START + 11) == "closed"
    fail(breaker, START + 15, 1)
    assert breaker.state(START + 15) == "open", "four within ten seconds"


def test_a_quiet_night_is_forgotten_in_one_go() -> None:
    breaker = a_breaker()
    fail(breaker, START, 3)
    succeed(breaker, START + 36_000, 1)
    fail(breaker, START + 36_000, 1)
    assert breaker.state(START + 36_000) == "closed"


def test_answers_that_are_too_slow_open_it_too() -> None:
    breaker = a_breaker(slow=5, slow_ratio=0.8)
    succeed(breaker, START, 1)
    succeed(breaker, START, 3, seconds=6)
    assert breaker.state(START) == "closed"
    succeed(breaker, START, 1, seconds=6)
    assert breaker.state(START) == "open"


def test_half_open_lets_only_the_probes_through() -> None:
    breaker = a_breaker()
    fail(breaker, START, 4)
    now = START + 2
    assert breaker.state(now) == "half-open"
    first, second = breaker.admits(now), breaker.admits(now)
    assert first
    assert second
    assert breaker.admits(now) == 0
    assert breaker.retry_after(now) == 1
    breaker.succeeded(first, now, 0.01)
    assert breaker.admits(now) == 0, "one good, one under way: the two that it takes"
    breaker.succeeded(second, now, 0.01)
    assert breaker.state(now) == "closed"


def test_a_bad_probe_doubles_the_time_up_to_the_limit_and_a_recovery_forgets_it() -> None:
    breaker = a_breaker(open_limit=5)
    now = START
    fail(breaker, now, 4)
    for expected in (2, 4, 5, 5):
        assert breaker.retry_after(now) == expected
        now += expected
        fail(breaker, now, 1)
    now += 5
    succeed(breaker, now, 2)
    assert breaker.state(now) == "closed"
    fail(breaker, now, 4)
    assert breaker.retry_after(now) == 2


def test_after_a_recovery_the_failures_of_before_do_not_count() -> None:
    breaker = a_breaker(open_seconds=1)
    fail(breaker, START, 4)
    succeed(breaker, START + 1, 2)
    fail(breaker, START + 1, 3)
    assert breaker.state(START + 1) == "closed"


def test_a_slow_probe_is_a_bad_one() -> None:
    breaker = a_breaker()
    fail(breaker, START, 4)
    succeed(breaker, START + 2, 1, seconds=6)
    assert breaker.state(START + 2) == "open"


def test_an_abandoned_probe_frees_its_place_and_says_nothing() -> None:
    breaker = a_breaker()
    fail(breaker, START, 4)
    now = START + 2
    tickets = [breaker.admits(now), breaker.admits(now)]
    breaker.abandoned(tickets[0])
    assert breaker.state(now) == "half-open"
    assert breaker.admits(now)
    assert breaker.admits(now) == 0


def test_news_from_before_the_last_change_is_no_news() -> None:
    breaker = a_breaker()
    old = [breaker.admits(START) for _ in range(3)]
    fail(breaker, START, 4)
    now = START + 2
    probe = breaker.admits(now)
    breaker.failed(old[0], now)
    breaker.succeeded(old[1], now, 0.01)
    breaker.abandoned(old[2])
    assert breaker.state(now) == "half-open"
    breaker.succeeded(probe, now, 0.01)
    succeed(breaker, now, 1)
    assert breaker.state(now) == "closed"


def test_a_probe_that_was_never_heard_of_does_not_keep_it_shut() -> None:
    breaker = a_breaker(probe_seconds=60)
    fail(breaker, START, 4)
    now = START + 2
    lost = [breaker.admits(now), breaker.admits(now)]
    assert breaker.admits(now + 59) == 0
    succeed(breaker, now + 60, 2)
    assert breaker.state(now + 60) == "closed"
    breaker.failed(lost[0], now + 61)
    assert breaker.state(now + 61) == "closed"


class Model(RuleBasedStateMachine):
    """Against a model that keeps every outcome of the window and derives the state from them anew."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.breaker = Breaker(
            BreakerOptions(window=10, minimum=3, open_seconds=2, open_limit=8, probes=2, probe_seconds=1e9)
        )
        self.under_way: list[tuple[int, int]] = []
        self.epoch = 0
        self.state = "closed"
        self.outcomes: list[tuple[int, str]] = []
        self.slice_at = 0.0
        self.slice = 0
        self.until = 0.0
        self.trips = 0
        self.probes = Counter[str]()

    @rule(seconds=st.sampled_from([0.25, 1.0, 2.0, 7.5, 30.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        if self.state == "open" and self.now >= self.until:
            self.enter("half-open")

    @rule()
    def a_call_asks(self) -> None:
        may = self.state == "closed" or (
            self.state == "half-open" and self.probes["under way"] + self.probes["good"] < 2
        )
        ticket = self.breaker.admits(self.now)
        assert bool(ticket) == may
        if may:
            self.probes["under way"] += 1
            self.under_way.append((ticket, self.epoch))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0), outcome=st.sampled_from(["good", "bad", "slow", "gone"]))
    def a_call_ends(self, which: int, outcome: str) -> None:
        ticket, epoch = self.under_way.pop(which % len(self.under_way))
        self.tell(ticket, outcome)
        if epoch != self.epoch:
            return
        if self.state == "half-open":
            self.probe_ends(outcome)
        elif outcome != "gone":
            self.outcomes.append((self.slice_number(), outcome))
            self.judge(outcome)

    def tell(self, ticket: int, outcome: str) -> None:
        if outcome == "gone":
            self.breaker.abandoned(ticket)
        elif outcome == "bad":
            self.breaker.failed(ticket, self.now)
        else:
            self.breaker.succeeded(ticket, self.now, 9.0 if outcome == "slow" else 0.1)

    def slice_number(self) -> int:
        """Slices of a second, the first beginning with the first outcome."""
        if not self.slice_at:
            self.slice_at = self.now
        return int(self.now - self.slice_at)

    def judge(self, outcome: str) -> None:
        newest = self.slice_number()
        recent = [each for at, each in self.outcomes if at > newest - 10]
        bad, slow = recent.count("bad"), recent.count("slow")
        if outcome == "good" or len(recent) < 3:
            return
        if bad >= 0.5 * len(recent) or slow >= 0.8 * len(recent):
            self.trip()

    def probe_ends(self, outcome: str) -> None:
        if outcome in {"bad", "slow"}:
            self.trip()
            return
        self.probes["under way"] -= 1
        self.probes["good"] += outcome == "good"
        if self.probes["good"] == 2:
            self.trips = 0
            self.slice_at = 0.0
            self.outcomes.clear()
            self.enter("closed")

    def trip(self) -> None:
        self.until = self.now + min(8, 2 * 2**self.trips)
        self.trips += 1
        self.enter("open")

    def enter(self, state: str) -> None:
        self.state = state
        self.epoch += 1
        self.probes.clear()

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        assert self.breaker.state(self.now) == self.state
        if self.state == "open":
            assert self.breaker.retry_after(self.now) >= self.until - self.now


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)


@pytest.mark.parametrize("minimum", [1, 5])
def test_with_a_minimum_of_one_a_single_failure_opens_it(minimum: int) -> None:
    breaker = a_breaker(minimum=minimum)
    fail(breaker, START, 1)
    assert breaker.state(START) == ("open" if minimum == 1 else "closed")
