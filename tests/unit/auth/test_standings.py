"""Standings in memory: the same as in the database, or not there at all."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth import standings
from auth.changes import Feed
from auth.freshness import Freshness
from auth.mini_sessions import Standing
from auth.standings import Seat, Standings
from core.access import Resident
from core.clock import SystemClock
from core.database import rows
from core.ids import AccountId, ServiceId, SessionId
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import NAME_SCOPE, City

APPOINTMENTS = ServiceId("appointments")
CHANGES = ("sign-out", "withdrawal", "less consent", "level")


async def change(city: City, resident: Resident, what: str) -> None:
    match what:
        case "sign-out":
            await city.sessions.revoke(resident.account, resident.session)
        case "withdrawal":
            await city.consents.withdraw(resident.account, APPOINTMENTS)
        case "less consent":
            await city.consents.put(resident.account, APPOINTMENTS, [], "1.0.0")
        case "level":
            await city.accounts.register("13800000001", name="张三", id_number="x", loa=3)


@pytest.fixture
async def resident(city: City) -> Resident:
    return await city.consented(NAME_SCOPE.name)


@pytest.fixture
async def handle(city: City, resident: Resident) -> str:
    """A mini-session's handle, in a city whose memory is fresh."""
    await city.freshness.look()
    return await city.mini_sessions.handle(resident, APPOINTMENTS)


async def seated(city: City, handle: str) -> Seat:
    seat = await city.standings.read(handle)
    assert seat
    return seat


async def test_what_was_read_once_is_known(city: City, handle: str) -> None:
    assert city.standings.known(handle, city.ticks()) is None
    seat = await seated(city, handle)
    assert city.standings.known(handle, city.ticks()) is seat
    assert seat.standing == await city.mini_sessions.standing(handle)


async def test_a_handle_that_nobody_has_is_not_remembered(city: City, handle: str) -> None:
    assert await city.standings.read("nobody") is None
    assert city.standings.known("nobody", city.ticks()) is None
    assert len(city.standings) == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_is_seen_at_once_in_its_own_process(
    city: City, resident: Resident, handle: str, what: str
) -> None:
    seat = await seated(city, handle)
    await change(city, resident, what)
    assert not seat.valid
    assert not city.standings.holds(seat, city.ticks())
    assert city.standings.known(handle, city.ticks()) is None
    again = await seated(city, handle)
    assert again.standing == await city.mini_sessions.standing(handle)
    assert again.standing != seat.standing


@pytest.mark.both_databases
@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_is_seen_in_another_process_at_its_next_look(
    city: City, resident: Resident, handle: str, what: str
) -> None:
    other = City(city.clock)
    await other.freshness.look()
    seat = await seated(other, handle)
    await change(city, resident, what)
    assert other.standings.holds(seat, other.ticks())
    city.clock.advance(seconds=1)
    await other.freshness.look()
    assert not other.standings.holds(seat, other.ticks())
    assert other.standings.known(handle, other.ticks()) is None


async def test_others_notice_nothing(city: City, resident: Resident, handle: str) -> None:
    other = await city.consented(NAME_SCOPE.name, phone="13900000002")
    theirs = await seated(city, await city.mini_sessions.handle(other, APPOINTMENTS))
    await change(city, resident, "sign-out")
    assert city.standings.holds(theirs, city.ticks())


@asynccontextmanager
async def watching(city: City) -> AsyncIterator[tuple[Standings, Freshness]]:
    """Another process on the true clock, with its worker running."""
    memory = Standings(SystemClock(), city.mini_sessions)
    freshness = Freshness(Feed(SystemClock(), memory), memory, city.verified_tokens)
    stop = asyncio.Event()
    worker = asyncio.create_task(freshness.run(stop))
    try:
        async with asyncio.timeout(5):
            while not memory.healthy(asyncio.get_running_loop().time()):
                await asyncio.sleep(0.01)
        yield memory, freshness
    finally:
        stop.set()
        await worker


@pytest.mark.both_databases
async def test_signing_out_reaches_a_running_process_within_five_seconds(store: str) -> None:
    city = City(SystemClock())  # type: ignore[arg-type]
    await city.keys.ensure()
    resident = await city.consented(NAME_SCOPE.name)
    handle = await city.mini_sessions.handle(resident, APPOINTMENTS)
    time = asyncio.get_running_loop().time
    async with watching(city) as (memory, _):
        seat = await memory.read(handle)
        assert seat
        assert memory.holds(seat, time())
        signed_out = time()
        await city.sessions.revoke(resident.account, resident.session)
        async with asyncio.timeout(5):
            while memory.holds(seat, time()):
                await asyncio.sleep(0.01)
        assert time() - signed_out < 5
        again = await memory.read(handle)
        assert again
        assert not again.standing.live


@pytest.mark.both_databases
async def test_without_the_feed_memory_counts_for_four_seconds_and_no_longer(store: str) -> None:
    city = City(SystemClock())  # type: ignore[arg-type]
    await city.keys.ensure()
    resident = await city.consented(NAME_SCOPE.name)
    handle = await city.mini_sessions.handle(resident, APPOINTMENTS)
    time = asyncio.get_running_loop().time
    async with watching(city) as (memory, _):
        seat = await memory.read(handle)
        assert seat
        await rows("ALTER TABLE auth_change RENAME TO auth_change_gone")
        broken = time()
        async with asyncio.timeout(6):
            while memory.holds(seat, time()):
                await asyncio.sleep(0.01)
        assert 2 < time() - broken < 4.2
        assert memory.known(handle, time()) is None
        assert not memory.healthy(time())
        assert seat.valid
        await rows("ALTER TABLE auth_change_gone RENAME TO auth_change")
        async with asyncio.timeout(3):
            while not memory.holds(seat, time()):
                await asyncio.sleep(0.01)


async def test_memory_counts_from_when_the_look_began(city: City, handle: str) -> None:
    seat = await seated(city, handle)
    city.clock.advance(seconds=3.9)
    assert city.standings.holds(seat, city.ticks())
    city.clock.advance(seconds=0.1)
    assert not city.standings.holds(seat, city.ticks())
    assert city.standings.known(handle, city.ticks()) is None
    await city.freshness.look()
    assert city.standings.known(handle, city.ticks()) is seat


async def test_a_look_that_takes_long_counts_from_its_beginning(city: City, resident: Resident) -> None:
    times = iter([10.0, 13.0])
    slow = Freshness(Feed(city.clock, city.standings), city.standings, city.verified_tokens, lambda: next(times))
    await slow.look()
    assert city.standings.healthy(13.9)
    assert not city.standings.healthy(14)


async def test_a_look_that_fails_moves_nothing_on(city: City, resident: Resident) -> None:
    await city.freshness.look()
    await rows("DROP TABLE auth_change")
    city.clock.advance(seconds=3)
    with pytest.raises(Exception, match="auth_change"):
        await city.freshness.look()
    city.clock.advance(seconds=1)
    assert not city.standings.healthy(city.ticks())


async def test_nothing_is_known_before_the_first_look(city: City, resident: Resident) -> None:
    handle = await city.mini_sessions.handle(resident, APPOINTMENTS)
    seat = await seated(city, handle)
    assert city.standings.known(handle, city.ticks()) is None
    await city.freshness.look()
    assert not city.standings.holds(seat, city.ticks())


async def advance(city: City, seconds: int) -> None:
    """Time passes, with a look each second."""
    for _ in range(seconds):
        city.clock.advance(seconds=1)
        await city.freshness.look()


async def test_a_standing_is_read_anew_after_a_minute(city: City, handle: str) -> None:
    seat = await seated(city, handle)
    await advance(city, 59)
    assert city.standings.holds(seat, city.ticks())
    await advance(city, 1)
    assert not city.standings.holds(seat, city.ticks())
    assert city.standings.known(handle, city.ticks()) is None
    assert len(city.standings) == 0


async def test_reading_the_same_again_keeps_the_seat_and_what_rests_on_it(city: City, handle: str) -> None:
    seat = await seated(city, handle)
    await advance(city, 59)
    assert await seated(city, handle) is seat
    await advance(city, 59)
    assert city.standings.holds(seat, city.ticks())


async def test_a_standing_does_not_outlive_its_session(city: City, handle: str) -> None:
    city.clock.advance(days=29, hours=23, minutes=59, seconds=50)
    await city.freshness.look()
    seat = await seated(city, handle)
    assert seat.standing.live
    await advance(city, 9)
    assert city.standings.holds(seat, city.ticks())
    await advance(city, 1)
    assert not city.standings.holds(seat, city.ticks())
    again = await seated(city, handle)
    assert not again.standing.live
    assert not seat.valid


async def test_memory_is_bounded_and_who_is_let_go_of_hears_it(city: City, handle: str) -> None:
    small = Standings(city.clock, city.mini_sessions, city.ticks, capacity=2)
    small.fresh_until = city.ticks() + 4
    handles = [
        await city.mini_sessions.handle(await city.resident(f"1390000000{number}"), APPOINTMENTS) for number in range(3)
    ]
    seats = [await small.read(each) for each in handles]
    assert len(small) == 2
    assert [seat and small.holds(seat, city.ticks()) for seat in seats] == [False, True, True]
    assert len(small._of_account) == 2


class Gate:
    """A source whose readings wait, each after it has seen the database, until they are let through."""

    def __init__(self, city: City) -> None:
        self._city = city
        self.seen = asyncio.Event()
        self.open = asyncio.Event()
        self.readings = 0

    async def standing(self, handle: str) -> Standing | None:
        standing = await self._city.mini_sessions.standing(handle)
        self.readings += 1
        self.seen.set()
        await self.open.wait()
        return standing


@pytest.mark.both_databases
async def test_what_was_read_before_a_change_is_not_kept_after_it(city: City, resident: Resident, handle: str) -> None:
    gate = Gate(city)
    memory = Standings(city.clock, gate, city.ticks)
    city.changes.listen(memory)
    memory.fresh_until = city.ticks() + 4
    reading = asyncio.create_task(memory.read(handle))
    await gate.seen.wait()
    await city.sessions.revoke(resident.account, resident.session)
    gate.open.set()
    seat = await reading
    assert seat
    assert not seat.standing.live
    assert gate.readings == 2
    assert memory.known(handle, city.ticks()) is seat


async def test_everything_forgotten_holds_for_what_is_being_read_too(city: City, handle: str) -> None:
    gate = Gate(city)
    memory = Standings(city.clock, gate, city.ticks)
    reading = asyncio.create_task(memory.read(handle))
    await gate.seen.wait()
    memory.forget_all()
    gate.open.set()
    await reading
    assert gate.readings == 2


async def test_a_reading_that_outlasts_the_record_of_changes_is_done_again(
    city: City, resident: Resident, handle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "_FORGOTTEN", 3)
    gate = Gate(city)
    memory = Standings(city.clock, gate, city.ticks)
    reading = asyncio.create_task(memory.read(handle))
    await gate.seen.wait()
    for account in (resident.account, "b", "c", "d"):
        memory.forget(AccountId(account))
    gate.open.set()
    await reading
    assert gate.readings == 2


async def test_what_changes_faster_than_it_can_be_read_is_used_once_and_not_kept(
    city: City, resident: Resident, handle: str
) -> None:
    class Restless:
        async def standing(self, handle: str) -> Standing | None:
            standing = await city.mini_sessions.standing(handle)
            memory.forget(resident.account)
            return standing

    memory = Standings(city.clock, Restless(), city.ticks)
    memory.fresh_until = city.ticks() + 4
    seat = await memory.read(handle)
    assert seat
    assert seat.standing.live
    assert not seat.valid
    assert not memory.holds(seat, city.ticks())
    assert len(memory) == 0


class Step:
    """Awaited, it hands control to whoever drives the coroutine."""

    def __await__(self) -> Generator[None]:
        yield


class Model:
    """Two accounts with two handles each; a standing's level counts the changes. Readings see, then wait."""

    def __init__(self) -> None:
        self.level = {"a": 0, "b": 0}

    async def standing(self, handle: str) -> Standing:
        account = handle[0]
        standing = Standing(
            account=AccountId(account),
            session=SessionId("session"),
            service=APPOINTMENTS,
            live=True,
            ends_at=ManualClock().now() + timedelta(days=1),
            consented=True,
            scopes=frozenset(),
            loa=self.level[account],
        )
        await Step()
        return standing


HANDLES = st.sampled_from(["a1", "a2", "b1", "b2"])
EVENTS = st.one_of(
    st.tuples(st.just("begin"), HANDLES),
    st.tuples(st.just("go on"), st.integers(0, 9)),
    st.tuples(st.just("change"), st.sampled_from("ab")),
    st.tuples(st.just("hear"), st.sampled_from("ab")),
    st.tuples(st.just("forget all"), st.none()),
)


class Play:
    """Events as they come, and what was heard of them."""

    def __init__(self, capacity: int) -> None:
        self.model = Model()
        self.heard = dict(self.model.level)
        self.memory = Standings(ManualClock(), self.model, lambda: 0.0, capacity)
        self.memory.fresh_until = 1.0
        self.readings: list[Coroutine[Any, Any, Seat | None]] = []
        self.seats: list[Seat] = []

    def on(self, event: str, about: Any) -> None:
        match event:
            case "begin":
                self.readings.append(self.memory.read(about))
                self.readings[-1].send(None)
            case "go on" if self.readings:
                self._go_on(self.readings.pop(about % len(self.readings)))
            case "change":
                self.model.level[about] += 1
            case "hear":
                self.heard[about] = self.model.level[about]
                self.memory.forget(AccountId(about))
            case "forget all":
                self.heard = dict(self.model.level)
                self.memory.forget_all()

    def _go_on(self, reading: Coroutine[Any, Any, Seat | None]) -> None:
        try:
            reading.send(None)
            self.readings.append(reading)
        except StopIteration as end:
            self.seats.append(end.value)

    def check(self) -> None:
        for seat in self.seats:
            if self.memory.holds(seat, 0.0):
                assert seat.standing.loa >= self.heard[seat.standing.account]
                assert self.memory.known(seat.handle, 0.0) is seat
        assert len(self.memory) == sum(map(len, self.memory._of_account.values()))


@given(st.lists(EVENTS, max_size=60), st.integers(1, 4), st.integers(1, 3))
def test_no_seat_holds_that_is_older_than_the_last_change_heard_of(
    events: list[tuple[str, Any]], capacity: int, forgotten: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standings, "_FORGOTTEN", forgotten)
        play = Play(capacity)
        for event, about in events:
            play.on(event, about)
            play.check()
            assert len(play.memory) <= capacity
        for reading in play.readings:
            reading.close()
