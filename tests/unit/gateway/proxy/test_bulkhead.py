"""So many at once, a short queue in order, and no place is ever lost."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.proxy.bulkhead import Bulkhead

START = 1_000_000.0


class Call:
    """A waiter that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def admitted(self) -> None:
        self.heard.append("admitted")

    def shut_out(self) -> None:
        self.heard.append("shut out")


class Fleeting(Call):
    """A waiter whose client is gone: it leaves as soon as it is admitted."""

    def __init__(self, bulkhead: Bulkhead) -> None:
        super().__init__()
        self.bulkhead = bulkhead

    def admitted(self) -> None:
        super().admitted()
        self.bulkhead.leave(START)


def full(concurrency: int = 1, queue: int = 2) -> Bulkhead:
    bulkhead = Bulkhead(concurrency, queue, wait_seconds=1.0)
    while bulkhead.enter():
        pass
    return bulkhead


def test_so_many_get_in_and_the_queue_takes_so_many() -> None:
    bulkhead = full(concurrency=3, queue=2)
    assert bulkhead.inside == 3
    assert [bulkhead.wait(Call(), START) for _ in range(3)] == [True, True, False]
    assert bulkhead.waiting == 2


def test_places_go_to_the_oldest_first() -> None:
    bulkhead = full()
    first, second = Call(), Call()
    bulkhead.wait(first, START)
    bulkhead.wait(second, START)
    bulkhead.leave(START)
    assert (first.heard, second.heard) == (["admitted"], [])
    assert not bulkhead.enter(), "a newcomer does not overtake the queue"
    bulkhead.leave(START)
    bulkhead.leave(START)
    assert second.heard == ["admitted"]
    assert (bulkhead.inside, bulkhead.waiting) == (0, 0)


def test_a_waiter_whose_time_is_over_gets_no_place() -> None:
    bulkhead = full()
    late, fresh = Call(), Call()
    bulkhead.wait(late, START)
    bulkhead.wait(fresh, START + 0.5)
    bulkhead.leave(START + 1.2)
    assert (late.heard, fresh.heard) == (["shut out"], ["admitted"])


def test_one_that_is_shut_out_and_tries_again_does_not_overtake() -> None:
    bulkhead = full()
    fresh = Call()

    class Stubborn(Call):
        def shut_out(self) -> None:
            super().shut_out()
            assert not bulkhead.enter(), "somebody waits for that place"

    late = Stubborn()
    bulkhead.wait(late, START)
    bulkhead.wait(fresh, START + 0.5)
    bulkhead.leave(START + 1.2)
    assert (late.heard, fresh.heard) == (["shut out"], ["admitted"])
    assert bulkhead.inside == 1


def test_expiry_shuts_out_in_order_and_says_when_to_look_again() -> None:
    bulkhead = full()
    first, second = Call(), Call()
    assert bulkhead.expires_at() is None
    bulkhead.wait(first, START)
    bulkhead.wait(second, START + 0.5)
    assert bulkhead.expires_at() == START + 1.0
    bulkhead.expire(START + 1.0)
    assert (first.heard, second.heard) == (["shut out"], [])
    assert bulkhead.expires_at() == START + 1.5


def test_one_that_cancels_hears_nothing_and_may_cancel_twice() -> None:
    bulkhead = full()
    gone, next_one = Call(), Call()
    bulkhead.wait(gone, START)
    bulkhead.wait(next_one, START)
    bulkhead.cancel(gone)
    bulkhead.cancel(gone)
    bulkhead.leave(START)
    assert (gone.heard, next_one.heard) == ([], ["admitted"])


def test_a_long_queue_of_callers_that_left_is_no_deep_stack() -> None:
    bulkhead = full(queue=5000)
    waiters = [Fleeting(bulkhead) for _ in range(5000)]
    for waiter in waiters:
        bulkhead.wait(waiter, START)
    bulkhead.leave(START)
    assert all(waiter.heard == ["admitted"] for waiter in waiters)
    assert (bulkhead.inside, bulkhead.waiting) == (0, 0)


def test_more_places_admit_waiters_at_once_and_fewer_are_reached_as_calls_leave() -> None:
    bulkhead = full(concurrency=2, queue=5)
    waiters = [Call() for _ in range(3)]
    for waiter in waiters:
        bulkhead.wait(waiter, START)
    bulkhead.resize(4, 5, START)
    assert [waiter.heard for waiter in waiters] == [["admitted"], ["admitted"], []]
    bulkhead.resize(1, 0, START)
    assert not bulkhead.wait(Call(), START)
    for _ in range(3):
        bulkhead.leave(START)
    assert (bulkhead.inside, bulkhead.waiting) == (1, 1)
    bulkhead.leave(START)
    assert waiters[2].heard == ["admitted"]


def test_the_hint_follows_how_fast_places_become_free() -> None:
    bulkhead = full(concurrency=1, queue=50)
    assert bulkhead.retry_after() == 1
    for number in range(100):
        bulkhead.leave(START + 2 * number)
        bulkhead.enter()
    assert bulkhead.retry_after() == 2
    for _ in range(4):
        bulkhead.wait(Call(), START + 200)
    assert bulkhead.retry_after() == 10
    for _ in range(40):
        bulkhead.wait(Call(), START + 200)
    assert bulkhead.retry_after() == 30, "nobody is told to stay away for minutes"


class Model(RuleBasedStateMachine):
    """Any order of entering, waiting, leaving, cancelling, expiring and resizing: the places add up."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.concurrency, self.queue = 2, 3
        self.bulkhead = Bulkhead(self.concurrency, self.queue, wait_seconds=1.0)
        self.holding = 0
        self.waiters: list[tuple[Call, float]] = []
        self.heard_before = 0

    def settle(self) -> None:
        """Count those who heard something since; each hears one thing, once."""
        still = []
        for call, since in self.waiters:
            assert call.heard in ([], ["admitted"], ["shut out"])
            if call.heard == ["admitted"]:
                self.holding += 1
            if not call.heard:
                still.append((call, since))
        self.waiters = still

    @rule(seconds=st.floats(0, 0.7))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def one_comes(self) -> None:
        entered = self.bulkhead.enter()
        assert entered == (self.holding < self.concurrency and not self.waiters)
        if entered:
            self.holding += 1
            return
        call = Call()
        queued = self.bulkhead.wait(call, self.now)
        assert queued == (len(self.waiters) < self.queue)
        if queued:
            self.waiters.append((call, self.now))

    @precondition(lambda self: self.holding)
    @rule()
    def one_leaves(self) -> None:
        due = [call for call, since in self.waiters if since + 1.0 > self.now]
        within = self.holding <= self.concurrency
        self.holding -= 1
        self.bulkhead.leave(self.now)
        assert not (within and due) or due[0].heard == ["admitted"], "the oldest in time is next"
        self.settle()

    @precondition(lambda self: self.waiters)
    @rule(which=st.integers(0))
    def one_gives_up(self, which: int) -> None:
        call, _ = self.waiters.pop(which % len(self.waiters))
        self.bulkhead.cancel(call)
        assert not call.heard

    @rule()
    def the_clock_strikes(self) -> None:
        self.bulkhead.expire(self.now)
        self.settle()
        assert all(since + 1.0 > self.now for _, since in self.waiters)

    @rule(concurrency=st.integers(1, 4), queue=st.integers(0, 4))
    def the_register_changes(self, concurrency: int, queue: int) -> None:
        self.concurrency, self.queue = concurrency, queue
        self.bulkhead.resize(concurrency, queue, self.now)
        self.settle()

    @invariant()
    def the_places_add_up(self) -> None:
        assert self.bulkhead.inside == self.holding
        assert self.bulkhead.waiting == len(self.waiters)
        assert not self.waiters or self.holding >= self.concurrency, "nobody waits beside a free place"


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
