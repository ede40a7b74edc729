"""Wake-ups: at once in the process, across workers through Redis, and by asking the database in any case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.ids import AccountId
from push.hub import Hub
from push.mailboxes import versions
from tests.harness.clock import ManualClock
from tests.harness.ports import free_port
from tests.unit.push.wiring import LI, ZHANG, Wiring


@asynccontextmanager
async def running(*hubs: Hub) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for hub in hubs:
            group.create_task(hub.run(stop))
        await asyncio.sleep(0.3)
        yield
        stop.set()


async def woken(event: asyncio.Event, seconds: float = 3) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def test_every_stream_of_the_account_is_woken_and_no_other() -> None:
    hub = Hub()
    with hub.listen(ZHANG) as first, hub.listen(ZHANG) as second, hub.listen(LI) as other:
        hub.announce(ZHANG)
        assert (first.is_set(), second.is_set(), other.is_set()) == (True, True, False)


async def test_who_stopped_listening_leaves_nothing_behind(store: str) -> None:
    hub = Hub()
    with hub.listen(ZHANG):
        with hub.listen(ZHANG) as short:
            pass
        hub.announce(ZHANG)
        assert not short.is_set()
    hub.announce(ZHANG)
    await hub.look()
    assert not hub._listeners
    assert not hub._known


@pytest.mark.both_databases
async def test_without_redis_another_workers_notice_is_found_in_the_database(store: str, clock: ManualClock) -> None:
    here, there = Hub(poll_seconds=0.05), Wiring(clock)
    with here.listen(ZHANG) as event, here.listen(LI) as other:
        async with running(here):
            assert not event.is_set()
            sent = await there.send()
            assert await woken(event)
            event.clear()
            await asyncio.sleep(0.2)
            assert not event.is_set(), "nothing new"
            await there.inbox.read(ZHANG, sent.id)
            assert await woken(event)
            assert not other.is_set()


async def test_with_redis_another_worker_is_woken_at_once(store: str, redis_url: str, clock: ManualClock) -> None:
    here, there = (Hub(redis_url, poll_seconds=60) for _ in range(2))
    sender = Wiring(clock, hub=there)
    with here.listen(ZHANG) as event, here.listen(LI) as other:
        async with running(here, there):
            event.clear()
            await sender.send()
            assert await woken(event)
            assert not other.is_set()


async def test_without_its_redis_everything_still_arrives_and_nothing_waits_for_it(
    store: str, clock: ManualClock
) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    here, there = (Hub(url, poll_seconds=0.05) for _ in range(2))
    sender = Wiring(clock, hub=there)
    with here.listen(ZHANG) as event:
        async with running(here, there):
            async with asyncio.timeout(1):
                await sender.send()
            assert await woken(event)


async def test_a_database_that_fails_for_a_while_stops_nothing(
    store: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Hub(poll_seconds=0.02)
    with here.listen(ZHANG) as event, monkeypatch.context() as broken:
        broken.setattr("push.hub.versions", lambda _: 1 / 0)
        async with running(here):
            broken.undo()
            await Wiring(clock).send()
            assert await woken(event)


async def test_what_redis_is_to_be_told_has_a_limit() -> None:
    hub = Hub("redis://127.0.0.1:1/0")
    for number in range(10_010):
        hub.announce(AccountId(str(number)))
    assert len(hub._untold) == 10_000


async def test_many_accounts_are_asked_for_in_parts(store: str, clock: ManualClock) -> None:
    await Wiring(clock).send()
    assert await versions([AccountId(str(number)) for number in range(1200)] + [ZHANG]) == {ZHANG: 1}
