"""One asks, the others wait; nobody is forgotten, whoever leaves."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.proxy.coalesce import Flights


class Call:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def landed(self, brought: str) -> None:
        self.heard.append(brought)

    def released(self) -> None:
        self.heard.append("released")

    def promoted(self) -> None:
        self.heard.append("promoted")


def three(flights: Flights[str]) -> list[Call]:
    calls = [Call() for _ in range(3)]
    assert [flights.join("k", call) for call in calls] == [True, False, False]
    return calls


def test_what_the_first_brings_does_for_all() -> None:
    flights = Flights[str]()
    calls = three(flights)
    assert [flights.waits("k", call) for call in calls] == [False, True, True]
    flights.land("k", calls[0], "news")
    assert [call.heard for call in calls] == [[], ["news"], ["news"]]
    assert len(flights) == 0


def test_when_it_fails_all_ask_for_themselves() -> None:
    flights = Flights[str]()
    calls = three(flights)
    flights.fail("k", calls[0])
    assert [call.heard for call in calls] == [[], ["released"], ["released"]]


def test_when_the_first_leaves_the_next_asks_in_its_place() -> None:
    flights = Flights[str]()
    calls = three(flights)
    flights.leave("k", calls[0])
    assert [call.heard for call in calls] == [[], ["promoted"], []]
    flights.land("k", calls[0], "from one that left")
    assert calls[2].heard == []
    flights.land("k", calls[1], "news")
    assert calls[2].heard == ["news"]


def test_a_waiter_that_left_hears_nothing() -> None:
    flights = Flights[str]()
    calls = three(flights)
    flights.leave("k", calls[1])
    flights.leave("another", calls[2])
    flights.land("k", calls[0], "news")
    assert [call.heard for call in calls] == [[], [], ["news"]]


def test_one_that_another_makes_leave_while_they_hear_hears_nothing() -> None:
    flights = Flights[str]()
    leader, last = Call(), Call()

    class Pushing(Call):
        def landed(self, brought: str) -> None:
            self.heard.append(brought)
            flights.leave("k", last)

    for call in (leader, Pushing(), last):
        flights.join("k", call)
    flights.land("k", leader, "news")
    assert last.heard == []


def test_other_keys_are_other_flights() -> None:
    flights = Flights[str]()
    assert flights.join("a", Call())
    assert flights.join("b", Call())
    assert len(flights) == 2


def test_after_the_last_left_nothing_is_under_way() -> None:
    flights = Flights[str]()
    for call in three(flights):
        flights.leave("k", call)
    assert len(flights) == 0


class Model(RuleBasedStateMachine):
    """In any order, each call that did not leave leads, waits, or has heard its one word."""

    def __init__(self) -> None:
        super().__init__()
        self.flights = Flights[str]()
        self.leader: Call | None = None
        self.waiting: list[Call] = []

    @rule()
    def one_joins(self) -> None:
        call = Call()
        leads = self.flights.join("k", call)
        assert leads == (self.leader is None)
        if leads:
            self.leader = call
        else:
            self.waiting.append(call)

    @precondition(lambda self: self.leader)
    @rule(lands=st.booleans())
    def it_ends(self, lands: bool) -> None:
        assert self.leader
        if lands:
            self.flights.land("k", self.leader, "news")
        else:
            self.flights.fail("k", self.leader)
        assert all(call.heard == ["news" if lands else "released"] for call in self.waiting)
        self.leader, self.waiting = None, []

    @precondition(lambda self: self.leader)
    @rule()
    def the_leader_leaves(self) -> None:
        assert self.leader
        self.flights.leave("k", self.leader)
        self.leader = self.waiting.pop(0) if self.waiting else None
        if self.leader:
            assert self.leader.heard == ["promoted"]

    @precondition(lambda self: self.waiting)
    @rule(which=st.integers(0))
    def a_waiter_leaves(self, which: int) -> None:
        self.flights.leave("k", self.waiting.pop(which % len(self.waiting)))

    @invariant()
    def those_who_wait_are_known_and_have_heard_nothing(self) -> None:
        assert len(self.flights) == (self.leader is not None)
        assert all(self.flights.waits("k", call) and not call.heard for call in self.waiting)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
