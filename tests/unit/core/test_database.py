"""The one door into a transaction, held against the faults that Tortoise's own has."""

import asyncio
import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from core.database import DatabaseBusy, after_commit, connection, database, in_turn, rows, transaction
from gateway.tables import APPS

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def counter(store: str) -> str:
    """A table with one row that counts."""
    await rows("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
    await rows("INSERT INTO counter (id, value) VALUES (1, 0)")
    return store


async def value() -> int:
    return int((await rows("SELECT value FROM counter WHERE id = ?", 1))[0]["value"])


async def add_one() -> None:
    await rows("UPDATE counter SET value = value + 1 WHERE id = 1")


async def test_what_a_block_did_is_kept(counter: str) -> None:
    async with transaction():
        await add_one()
    assert await value() == 1


async def test_an_error_undoes_the_whole_block(counter: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await add_one()
            _ = 1 / 0
    assert await value() == 0


async def test_a_block_within_a_block_joins_the_outer_one(counter: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            async with transaction():
                await add_one()
            _ = 1 / 0
    assert await value() == 0


async def test_a_commit_that_fails_undoes_the_block_and_leaves_the_door_open(counter: str) -> None:
    await rows("CREATE TABLE part (counter INTEGER REFERENCES counter (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with transaction():
            await add_one()
            await rows("INSERT INTO part (counter) VALUES (7)")
    assert await value() == 0
    async with transaction():
        await add_one()
    assert await value() == 1


async def test_update_returning_gives_its_rows(counter: str) -> None:
    assert await rows("UPDATE counter SET value = value + ? WHERE id = ? RETURNING value", 5, 1) == [{"value": 5}]


async def test_tasks_of_their_own_see_only_what_is_committed(counter: str) -> None:
    async def work() -> None:
        async with transaction():
            before = await value()
            await asyncio.sleep(0)
            await rows("UPDATE counter SET value = value + 1 WHERE id = 1 AND value >= ?", before)

    await asyncio.gather(*(work() for _ in range(20)))
    assert await value() == 20


async def test_what_is_counted_first_is_counted_one_after_the_other(counter: str) -> None:
    async def work(number: int) -> None:
        async with transaction():
            await in_turn("counting")
            before = len(await rows("SELECT id FROM counter"))
            await asyncio.sleep(0)
            if before < 5:
                await rows("INSERT INTO counter (id, value) VALUES (?, 0)", number)

    await asyncio.gather(*(work(number) for number in range(2, 22)))
    assert len(await rows("SELECT id FROM counter")) == 5


@pytest.mark.parametrize("steps", range(12))
async def test_cancelled_at_any_step_it_leaks_nothing(counter: str, steps: int) -> None:
    async def work() -> None:
        async with transaction():
            await add_one()
            await asyncio.sleep(0.01)
            await add_one()

    for _ in range(5):
        task = asyncio.create_task(work())
        for _ in range(steps):
            await asyncio.sleep(0)
        await asyncio.sleep(0.001 * steps)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await value() % 2 == 0
    async with asyncio.timeout(10), transaction():
        await add_one()


async def test_cancelled_while_it_waits_for_another_it_leaks_nothing(counter: str) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await add_one()
            entered.set()
            await release.wait()

    async def wait() -> None:
        async with transaction():
            await add_one()

    holder = asyncio.create_task(hold())
    await entered.wait()
    waiters = [asyncio.create_task(wait()) for _ in range(30)]
    await asyncio.sleep(0.05)
    for waiter in waiters:
        waiter.cancel()
    release.set()
    await asyncio.gather(holder, *waiters, return_exceptions=True)
    async with asyncio.timeout(10), transaction():
        await add_one()
    assert await value() == 2


def _read_then_write(url: str, times: int) -> None:
    async def main() -> None:
        async with database(url, APPS):
            for _ in range(times):
                async with transaction():
                    before = await value()
                    await rows("UPDATE counter SET value = ? WHERE id = 1", before + 1)

    asyncio.run(main())


async def test_two_processes_that_read_and_then_write_do_not_fail(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'shared.db'}"
    async with database(url, APPS):
        await rows("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
        await rows("INSERT INTO counter (id, value) VALUES (1, 0)")
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_read_then_write, args=(url, 100)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        await asyncio.to_thread(worker.join, 60)
    async with database(url, APPS):
        assert await value() == 200
    assert [worker.exitcode for worker in workers] == [0, 0]


async def test_a_lock_that_is_not_to_be_had_is_a_problem_that_says_try_again(tmp_path: Path) -> None:
    file = tmp_path / "locked.db"
    async with database(f"sqlite://{file}", APPS):
        await rows("CREATE TABLE counter (id INTEGER PRIMARY KEY)")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await rows("PRAGMA busy_timeout=50")
        with pytest.raises(DatabaseBusy) as caught:
            async with transaction():
                pass
        other.close()
        assert caught.value.headers["Retry-After"] == "1"
        async with transaction():
            await rows("INSERT INTO counter (id) VALUES (1)")


async def test_sqlite_syncs_every_commit_to_its_log(tmp_path: Path) -> None:
    async with database(f"sqlite://{tmp_path / 'city.db'}", APPS):
        assert (await rows("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"
        assert (await rows("PRAGMA synchronous"))[0]["synchronous"] == 2
        assert (await rows("PRAGMA foreign_keys"))[0]["foreign_keys"] == 1
        assert connection().capabilities.dialect == "sqlite"


async def test_what_is_for_after_the_commit_is_done_when_others_can_see_what_was_committed(counter: str) -> None:
    done: list[str] = []
    async with transaction():
        async with transaction():
            await add_one()
            after_commit(lambda: done.append("inner"))
        after_commit(lambda: done.append("outer"))
        assert done == []
    assert done == ["inner", "outer"]
    async with transaction():
        await add_one()
    assert done == ["inner", "outer"]


async def test_nothing_is_done_after_a_block_that_was_undone(counter: str) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            after_commit(lambda: done.append("never"))
            _ = 1 / 0
    assert done == []


async def test_a_caller_who_is_cancelled_after_the_commit_began_does_not_keep_it_from_being_done(counter: str) -> None:
    for delay in range(12):  # loop turns, so that each step of the block is cut once
        before, done = await value(), []

        async def block() -> None:
            async with transaction():
                await add_one()
                after_commit(lambda: done.append("done"))  # noqa: B023 - run before the next turn of the loop

        task = asyncio.ensure_future(block())
        for _ in range(delay):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.wait([task])
        assert (await value() > before) <= bool(done)


async def test_after_a_commit_that_failed_it_is_done_all_the_same(counter: str) -> None:
    done: list[str] = []
    await rows("CREATE TABLE part (counter INTEGER REFERENCES counter (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with transaction():
            await rows("INSERT INTO part (counter) VALUES (7)")
            after_commit(lambda: done.append("done"))
    assert done == ["done"]


async def test_outside_of_a_block_there_is_no_commit_to_wait_for(counter: str) -> None:
    with pytest.raises(LookupError):
        after_commit(lambda: None)
