"""The live stream's rules: what comes, in which order, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from core.access import Resident
from push.errors import TooManyStreams
from push.live import Event, LiveStream, NoticeCame, SignedOut, StillHere, UnreadIs
from push.settings import LiveSettings
from tests.harness.clock import ManualClock
from tests.unit.push.wiring import LI, LIS_PHONE, ON_PHONE, PHONE, ZHANG, Wiring

QUICK = LiveSettings(session_seconds=0.05, heartbeat_seconds=60, streams=2)


@pytest.fixture
def push(store: str, clock: ManualClock) -> Wiring:
    return Wiring(clock, live=QUICK)


@asynccontextmanager
async def reading(push: Wiring, last: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
    stream = push.streams.open(ON_PHONE, last)
    async with asyncio.timeout(10), aclosing(stream.events()) as events:  # type: ignore[type-var]  # a generator
        yield events
    stream.close()


async def upcoming(events: AsyncIterator[Event], count: int) -> list[object]:
    """The next events, notices as their ids."""
    found: list[object] = []
    for _ in range(count):
        event = await anext(events)
        found.append(event.message.notice.id if isinstance(event, NoticeCame) else event)
    return found


@pytest.mark.both_databases
async def test_it_says_how_many_are_unread_and_then_what_comes(push: Wiring) -> None:
    await push.send()
    async with reading(push) as events:
        assert await upcoming(events, 1) == [UnreadIs(1)]
        sent = await push.send()
        assert set(await upcoming(events, 2)) == {UnreadIs(2), sent.id}
        await push.send("sub-li")
        await push.inbox.read_all(ZHANG)
        assert await upcoming(events, 1) == [UnreadIs(0)]


@pytest.mark.both_databases
async def test_it_resumes_after_the_last_id_and_misses_none(push: Wiring, clock: ManualClock) -> None:
    sent = [(await push.send()).id for _ in range(120)]
    async with reading(push, sent[2]) as events:
        assert await upcoming(events, 118) == [UnreadIs(120), *sent[3:]]


async def test_who_has_no_notice_yet_gets_the_first_one(push: Wiring) -> None:
    async with reading(push) as events:
        assert await upcoming(events, 1) == [UnreadIs(0)]
        sent = await push.send()
        assert set(await upcoming(events, 2)) == {UnreadIs(1), sent.id}


async def test_signing_out_ends_it_within_its_look_at_the_session(push: Wiring) -> None:
    async with reading(push) as events:
        await upcoming(events, 1)
        push.others.ended.add(PHONE)
        assert await upcoming(events, 1) == [SignedOut()]
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_a_wake_up_at_sign_out_ends_it_at_once(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, live=LiveSettings(session_seconds=5))
    async with reading(push) as events:
        await upcoming(events, 1)
        push.others.ended.add(PHONE)
        push.hub.announce(ZHANG)
        async with asyncio.timeout(1):
            assert await upcoming(events, 1) == [SignedOut()]


async def test_a_session_that_has_ended_before_gets_no_notice(push: Wiring) -> None:
    sent = await push.send()
    await push.send()
    push.others.ended.add(PHONE)
    async with reading(push, sent.id) as events:
        assert await upcoming(events, 1) == [SignedOut()]


async def test_silence_is_broken_by_heartbeats(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, live=LiveSettings(heartbeat_seconds=0.1))
    async with reading(push) as events:
        started = asyncio.get_running_loop().time()
        assert await upcoming(events, 3) == [UnreadIs(0), StillHere(), StillHere()]
        assert 0.15 < asyncio.get_running_loop().time() - started < 2


async def test_the_end_of_the_process_ends_all(push: Wiring) -> None:
    async with reading(push) as events:
        await upcoming(events, 1)
        push.streams.end()
        with pytest.raises(StopAsyncIteration):
            await anext(events)
    async with reading(push) as events:
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_an_account_has_a_few_streams_and_gets_them_back(push: Wiring) -> None:
    def opened(resident: Resident = ON_PHONE) -> LiveStream:
        return push.streams.open(resident, None)

    first, second = opened(), opened()
    with pytest.raises(TooManyStreams) as raised:
        opened()
    assert raised.value.headers["Retry-After"] == "5"
    other = opened(Resident(LI, LIS_PHONE))
    assert push.streams.count == 3
    first.close()
    first.close()
    for stream in (opened(), second, other):
        stream.close()
    assert push.streams.count == 0
