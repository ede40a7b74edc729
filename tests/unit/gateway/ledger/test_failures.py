"""What goes wrong while entries are written: somebody else's lock, a disk that fails, a connection that breaks."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from core.database import rows
from gateway.ledger.activity import Activity
from gateway.ledger.content import Prepared
from gateway.ledger.entries import Ledger
from gateway.ledger.errors import EntryNotKept
from gateway.ledger.opening import NotOpen, connect, dsn_of, file_of, open_writer
from gateway.ledger.sqlite import BUSY_SECONDS, LIMIT, SQLiteWriter
from tests.harness.clock import ManualClock
from tests.harness.servers import raw_server
from tests.unit.gateway.ledger.wiring import ACCESS, keep, ledger_of, request_id

PREPARED = Prepared(ACCESS, b"k" * 32)


class Steps:
    """A loop, a clock and a disk that do one step when they are told to."""

    def __init__(self, file: Path) -> None:
        self.connection = connect(file)
        self.soon: list[Callable[[], None]] = []
        self.later: list[Callable[[], None]] = []
        self.now = 0.0
        self.syncs = 0
        self.told: list[tuple[int, BaseException | None]] = []
        self.activity = Activity()
        self.writer = SQLiteWriter(
            self.connection, self._sync, self, lambda: 0, lambda: self.now, b"run", self.activity
        )

    def _sync(self) -> None:
        self.syncs += 1

    def call_soon(self, callback: Callable[[], None], /) -> None:
        self.soon.append(callback)

    def call_later(self, _: float, callback: Callable[[], None], /) -> None:
        self.later.append(callback)

    def turn(self) -> None:
        ready, self.soon = self.soon, []
        for callback in ready:
            callback()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        ready, self.later = self.later, []
        for callback in ready:
            callback()

    def append(self, *numbers: int) -> None:
        for number in numbers:
            self.writer.append(
                PREPARED, request_id(number), 200, 0, 0, lambda error, number=number: self.told.append((number, error))
            )

    @property
    def stored(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])


@pytest.fixture
def steps(database_url: str) -> Steps:
    return Steps(file_of(database_url))


def test_entries_of_a_busy_moment_are_one_group_and_are_told_after_the_sync(steps: Steps) -> None:
    steps.append(1, 2)
    for _ in range(3):
        steps.activity.events += 1
        steps.turn()
    steps.append(3)
    assert (steps.stored, steps.syncs) == (0, 0)
    steps.turn()
    assert (steps.stored, steps.syncs, steps.told) == (3, 1, [])
    steps.writer.synced(None)
    assert steps.told == [(1, None), (2, None), (3, None)]
    assert steps.writer.idle


def test_a_quiet_loop_waits_for_nothing(steps: Steps) -> None:
    steps.append(1)
    steps.turn()
    assert (steps.stored, steps.syncs) == (1, 1)


def test_a_group_is_closed_after_some_milliseconds_and_when_it_is_full(steps: Steps) -> None:
    steps.append(1)
    steps.activity.events += 1
    steps.turn()
    steps.append(2)
    steps.now += 0.005
    steps.activity.events += 1
    steps.turn()
    assert steps.stored == 2
    steps.writer.synced(None)
    steps.append(*range(3, LIMIT * 2 + 5))
    steps.activity.events += 1
    steps.turn()
    assert (steps.stored, steps.syncs) == (LIMIT * 2 + 4, 2)


def test_while_a_group_is_on_its_way_to_the_disk_the_next_one_gathers(steps: Steps) -> None:
    steps.append(1)
    steps.turn()
    steps.append(2, 3)
    steps.turn()
    assert (steps.stored, steps.syncs) == (1, 1)
    steps.writer.synced(None)
    assert steps.told == [(1, None)]
    steps.turn()
    assert (steps.stored, steps.syncs) == (3, 2)
    steps.writer.synced(None)
    assert steps.told == [(1, None), (2, None), (3, None)]


def test_a_lock_of_somebody_else_is_waited_for(steps: Steps, database_url: str) -> None:
    with closing(connect(file_of(database_url))) as other:
        other.execute("BEGIN IMMEDIATE")
        steps.append(1)
        steps.turn()
        steps.turn()
        assert len(steps.later) == 1
        steps.append(2)
        steps.turn()
        steps.wait(1)
        other.execute("COMMIT")
    steps.wait(1)
    steps.writer.synced(None)
    steps.writer.synced(None)
    assert steps.told == [(1, None), (2, None)]


def test_a_group_that_waited_too_long_is_given_up_and_the_next_is_not(steps: Steps, database_url: str) -> None:
    with closing(connect(file_of(database_url))) as other:
        other.execute("BEGIN IMMEDIATE")
        steps.append(1)
        steps.turn()
        steps.turn()
        steps.wait(BUSY_SECONDS + 1)
        other.execute("COMMIT")
    assert isinstance(steps.told[0][1], EntryNotKept)
    steps.append(2)
    steps.turn()
    steps.turn()
    steps.writer.synced(None)
    assert steps.told[1:] == [(2, None)]
    content = steps.connection.execute("SELECT content FROM ledger_entry").fetchone()[0]
    assert b'"number":0,' in content


def test_another_process_may_write_the_very_first_entry(steps: Steps, database_url: str) -> None:
    steps.connection.execute("INSERT INTO ledger_entry (seq, leaf, content) VALUES (0, x'00', x'00')")
    steps.append(1)
    steps.turn()
    steps.turn()
    steps.wait(0.001)
    assert steps.connection.execute("SELECT max(seq) FROM ledger_entry").fetchone() == (1,)


def test_after_a_sync_that_failed_nothing_is_said_to_be_durable(steps: Steps) -> None:
    steps.append(1)
    steps.turn()
    steps.turn()
    steps.append(2)
    steps.writer.synced(OSError(5, "input/output error"))
    steps.append(3)
    steps.turn()
    steps.turn()
    assert [number for number, error in steps.told if isinstance(error, EntryNotKept)] == [1, 2, 3]


def test_a_held_writer_gathers_and_goes_on_when_it_is_released(steps: Steps) -> None:
    steps.writer.hold()
    steps.append(1)
    steps.turn()
    steps.turn()
    assert steps.stored == 0
    steps.writer.release()
    assert (steps.stored, steps.syncs) == (1, 1)


def test_one_who_does_not_take_the_news_does_not_keep_it_from_the_others(steps: Steps) -> None:
    def fails(_: BaseException | None) -> None:
        raise RuntimeError

    steps.writer.append(PREPARED, request_id(0), 200, 0, 0, fails)
    steps.append(1)
    steps.turn()
    steps.turn()
    steps.writer.synced(None)
    assert steps.told == [(1, None)]


def _status(file: Path) -> os.stat_result:
    return file.stat()


@pytest.mark.both_databases
async def test_an_entry_that_cannot_be_written_is_told_so_and_the_next_one_is_kept(ledger: Ledger) -> None:
    told: list[BaseException | None] = []
    ledger.append(await ledger.prepare(ACCESS), "\ud800", 200, 0, 0, told.append)  # a text that no UTF-8 can hold
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0.01)
    assert isinstance(told[0], EntryNotKept)
    assert await keep(ledger, 2) == [None, None]


async def test_the_log_that_is_synced_is_the_database_s_own_and_begins_anew(store: str, clock: ManualClock) -> None:
    log = Path(f"{file_of(store)}-wal")
    async with ledger_of(clock, index_seconds=0.1).open(store):
        first = _status(log).st_ino
    ledger = ledger_of(clock, index_seconds=0.1)
    async with ledger.open(store):
        sizes = []
        for _ in range(6):
            await keep(ledger, 8000)
            await asyncio.sleep(0.3)
            sizes.append(_status(log).st_size)
        assert _status(log).st_ino == first
        assert sizes[-1] < 4 * sizes[0]  # six times as much was written
    assert (await rows("SELECT count(*) AS count FROM ledger_entry"))[0]["count"] == 48_000


def test_a_database_without_a_log_is_refused() -> None:
    with pytest.raises(NotOpen):
        connect(Path(":memory:"))


@pytest.mark.both_databases
async def test_a_connection_that_breaks_is_replaced_and_nothing_stands_twice(ledger: Ledger, store: str) -> None:
    if store.startswith("sqlite"):
        return  # there is none to break
    await keep(ledger, 5)
    other = await asyncpg.connect(dsn_of(store))
    waiting = asyncio.gather(*(keep(ledger, 20, 100 * number) for number in range(1, 6)))
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND query LIKE '%pg_advisory_xact_lock%' OR query LIKE 'WITH kept%'"
    )
    assert await waiting == [[None] * 20] * 5
    await other.close()
    kept = await rows("SELECT seq, leaf FROM ledger_entry ORDER BY seq")
    assert len(kept) == len({bytes(row["leaf"]) for row in kept}) == 105


class Cutting:
    """A wire to PostgreSQL that breaks once: after the server had a COMMIT, before its answer is heard."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname, parts.port)
        self.cuts = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._server)
        answers = asyncio.ensure_future(self._answers(there, writer))
        try:
            while data := await reader.read(65536):
                if b"COMMIT" in data and not self.cuts:
                    self.cuts += 1
                    answers.cancel()
                    await asyncio.wait([answers])
                    back.write(data)
                    await back.drain()
                    await there.read(1)  # the server's answer: it has committed
                    return
                back.write(data)
        finally:
            answers.cancel()
            back.close()
            writer.close()

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(65536):
            writer.write(data)


@pytest.mark.both_databases
async def test_a_group_whose_commit_was_not_heard_of_is_kept_once(ledger: Ledger, store: str) -> None:
    if store.startswith("sqlite"):
        return  # there is no wire
    prepared = await ledger.prepare(ACCESS)
    cutting = Cutting(store)
    told: list[BaseException | None] = []
    async with (
        raw_server(cutting.carry) as address,
        open_writer(
            store.replace(urlsplit(store).netloc, f"city@{urlsplit(address).netloc}"), lambda: 0, 1, Activity()
        ) as writer,
    ):
        for number in range(10):
            writer.append(prepared, request_id(number), 200, 0, 0, told.append)
        async with asyncio.timeout(20):
            while len(told) < 10:
                await asyncio.sleep(0.01)
    assert (told, cutting.cuts) == ([None] * 10, 1)
    assert [row["seq"] for row in await rows("SELECT seq FROM ledger_entry ORDER BY seq")] == list(range(10))


def test_the_database_s_url_is_read_without_what_is_for_the_pool() -> None:
    assert dsn_of("postgresql://city@host/name?minsize=3&maxsize=5&ssl=require") == (
        "postgres://city@host/name?ssl=require"
    )


def test_sqlite_errors_that_are_no_lock_are_no_reason_to_wait(steps: Steps) -> None:
    steps.connection.execute("DROP TABLE ledger_entry")
    steps.append(1)
    steps.turn()
    steps.turn()
    assert isinstance(steps.told[0][1], EntryNotKept)
    assert isinstance(steps.told[0][1].__cause__, sqlite3.OperationalError)
