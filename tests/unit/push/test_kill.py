"""kill -9 at any moment: no notice lost, none twice in the inbox, each delivered at least once."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.clock import SystemClock
from push.message import topic_of
from push.models import Delivery, Notice
from tests.unit.push.dying import NOTICES, SETTINGS, deliveries, send_all
from tests.unit.push.wiring import ZHANG, Wiring

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def push(store: str) -> Wiring:
    return Wiring(SystemClock())


async def kill_when(reached: Callable[[], Awaitable[bool]], *arguments: str) -> None:
    """Start the process, and kill it in the middle of its work."""
    command = [sys.executable, "-m", "tests.unit.push.dying", json.dumps(arguments)]
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    async with asyncio.timeout(60):
        while not await reached():
            assert child.returncode is None
            await asyncio.sleep(0.002)
    child.kill()
    assert await child.wait() == -signal.SIGKILL


def lines(record: Path) -> list[str]:
    return record.read_text().split() if record.exists() else []


async def test_a_killed_sender_repeats_with_the_same_keys_and_nothing_is_lost_or_doubled(
    push: Wiring, store: str
) -> None:
    await push.subscribe()

    async def some_are_sent() -> bool:
        return await Notice.all().count() >= 20

    await kill_when(some_are_sent, store, "send", "")
    sent = await Notice.all().count()
    assert 20 <= sent < NOTICES
    assert await Delivery.all().count() == sent, "each notice came with its outbox row"
    await send_all(push)
    threads = await Notice.filter(account_id=ZHANG).values_list("thread", flat=True)
    assert Counter(threads) == Counter({f"thread-{number}": 1 for number in range(NOTICES)})
    assert await Delivery.all().count() == NOTICES


async def test_a_killed_worker_leaves_its_messages_to_the_next_one(push: Wiring, store: str, tmp_path: Path) -> None:
    record = tmp_path / "taken.txt"
    await push.subscribe()
    await send_all(push)
    for limit in (30, 60):

        async def some_are_taken(limit: int = limit) -> bool:
            return len(lines(record)) >= limit

        await kill_when(some_are_taken, store, "deliver", str(record))
    left = await Delivery.all().count()
    assert 0 < left < NOTICES
    worker = deliveries(push, str(record))
    stop = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        while await Delivery.all().exists():
            await asyncio.sleep(0.05)
        stop.set()
    taken = Counter(lines(record))
    assert set(taken) == {topic_of(notice) for notice in await Notice.all()}
    assert sum(taken.values()) - NOTICES <= 2 * SETTINGS.batch, "at most what was on its way at each kill"
