"""Calls go where fewer are under way, and not to an address that keeps failing."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.proxy.endpoints import Endpoints, Member

START = 1_000_000.0
Place = tuple[str, int]


def places(count: int) -> list[Place]:
    return [("10.0.0.1", 8000 + number) for number in range(count)]


def endpoints_of(count: int) -> Endpoints[Place]:
    endpoints = Endpoints[Place](in_a_row=3, eject_seconds=5, eject_limit=15)
    endpoints.set(places(count))
    return endpoints


def chosen(endpoints: Endpoints[Place], now: float = START, avoid: Member[Place] | None = None) -> Member[Place]:
    member = endpoints.choose(now, avoid)
    assert member
    return member


def fail(endpoints: Endpoints[Place], place: Place, now: float, times: int = 3) -> None:
    member = next(each for each in endpoints.members if each.address == place)
    for _ in range(times):
        member.in_flight += 1
        endpoints.failed(member, now)


def spread(endpoints: Endpoints[Place], now: float, times: int = 200) -> Counter[Place]:
    counted = Counter[Place]()
    for _ in range(times):
        member = chosen(endpoints, now)
        counted[member.address] += 1
        endpoints.abandoned(member)
    return counted


def test_without_an_address_there_is_none() -> None:
    assert Endpoints[Place]().choose(START) is None


def test_the_only_one_is_taken_however_it_fails() -> None:
    endpoints = endpoints_of(1)
    fail(endpoints, places(1)[0], START, times=50)
    only = chosen(endpoints)
    assert chosen(endpoints, avoid=only) is only
    assert only.in_flight == 2


def test_fewer_under_way_means_the_next_call() -> None:
    endpoints = endpoints_of(2)
    for _ in range(100):
        chosen(endpoints)
    assert [member.in_flight for member in endpoints.members] == [50, 50]


def test_a_retry_goes_elsewhere() -> None:
    endpoints = endpoints_of(3)
    first = chosen(endpoints)
    assert all(chosen(endpoints, avoid=first) is not first for _ in range(50))


def test_failures_in_a_row_eject_and_a_success_between_does_not() -> None:
    endpoints = endpoints_of(4)
    bad = places(4)[0]
    fail(endpoints, bad, START, times=2)
    member = endpoints.members[0]
    member.in_flight += 1
    endpoints.succeeded(member)
    fail(endpoints, bad, START, times=2)
    assert spread(endpoints, START)[bad]
    fail(endpoints, bad, START, times=1)
    assert not spread(endpoints, START)[bad]


def test_an_ejected_one_returns_is_ejected_at_its_next_failure_for_twice_as_long_and_recovers() -> None:
    endpoints = endpoints_of(2)
    bad = places(2)[0]
    now = START
    fail(endpoints, bad, now)
    for seconds in (5, 10, 15, 15):
        assert endpoints.ejected == 1
        assert not spread(endpoints, now + seconds - 0.1)[bad]
        now += seconds
        assert spread(endpoints, now)[bad]
        fail(endpoints, bad, now, times=1)
    now += 15
    assert spread(endpoints, now)[bad]
    member = endpoints.members[0]
    member.in_flight += 1
    endpoints.succeeded(member)
    fail(endpoints, bad, now, times=2)
    assert spread(endpoints, now)[bad]
    fail(endpoints, bad, now, times=1)
    assert not spread(endpoints, now + 4.9)[bad]
    assert spread(endpoints, now + 5)[bad], "after a success the times begin anew"


def test_no_more_than_half_are_ejected() -> None:
    endpoints = endpoints_of(5)
    for place in places(5):
        fail(endpoints, place, START)
    assert endpoints.ejected == 2
    assert set(spread(endpoints, START)) == set(places(5)[2:])


def test_new_addresses_keep_what_is_known_of_those_that_stay() -> None:
    endpoints = endpoints_of(4)
    fail(endpoints, places(4)[0], START)
    before = endpoints.members[0]
    leaving = endpoints.members[3]
    endpoints.set([*places(3), ("10.0.0.9", 80)])
    assert endpoints.members[0] is before
    assert set(spread(endpoints, START)) == {*places(3)[1:], ("10.0.0.9", 80)}
    for _ in range(5):
        leaving.in_flight += 1
        endpoints.failed(leaving, START)
    assert endpoints.ejected == 1, "a member that is gone is not ejected"
    endpoints.set(places(1))
    assert set(spread(endpoints, START)) == {places(1)[0]}, "never the last one"


class Model(RuleBasedStateMachine):
    """Whatever fails, somebody can be called, and the calls under way add up."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.endpoints = endpoints_of(3)
        self.under_way: list[Member[Place]] = []

    @rule(seconds=st.floats(0, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def one_goes(self) -> None:
        self.under_way.append(chosen(self.endpoints, self.now))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0), outcome=st.sampled_from(["good", "bad", "bad", "gone"]))
    def one_ends(self, which: int, outcome: str) -> None:
        member = self.under_way.pop(which % len(self.under_way))
        if outcome == "good":
            self.endpoints.succeeded(member)
        elif outcome == "bad":
            self.endpoints.failed(member, self.now)
        else:
            self.endpoints.abandoned(member)

    @rule(count=st.integers(1, 6))
    def the_addresses_change(self, count: int) -> None:
        self.endpoints.set(places(count))

    @invariant()
    def at_most_half_are_out_and_calls_add_up(self) -> None:
        members = self.endpoints.members
        assert self.endpoints.ejected <= len(members) // 2
        for member in members:
            assert member.in_flight == sum(each is member for each in self.under_way)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
