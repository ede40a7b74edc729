"""Opening the writer of either database."""

import asyncio
import os
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.telemetry import log
from gateway.ledger.activity import Activity
from gateway.ledger.group import Writer
from gateway.ledger.housekeeping import Housekeeping
from gateway.ledger.index import postgres_pass
from gateway.ledger.postgres import PostgresWriter
from gateway.ledger.sqlite import SQLiteWriter
from gateway.ledger.syncing import Sync

Milliseconds = Callable[[], int]
_STATEMENTS = 256
"""Each size of group is a statement of its own, and all of them stay compiled."""
_POOL_WORDS = frozenset({"minsize", "maxsize", "max_queries", "max_inactive_connection_lifetime", "schema"})
"""Parameters of a database URL that are for Tortoise."""


class NotOpen(Exception):
    """The database of the ledger is not what it must be."""


def open_writer(
    url: str, milliseconds: Milliseconds, index_seconds: float, activity: Activity
) -> AbstractAsyncContextManager[Writer]:
    """The writer for the database at `url`, for as long as the block lasts; what was appended is durable at its end.

    The index by resident is filled behind it, every `index_seconds`.
    """
    if url.startswith("sqlite://"):
        return _sqlite_writer(file_of(url), milliseconds, index_seconds, activity)
    return _postgres_writer(dsn_of(url), milliseconds, index_seconds)


def new_run() -> bytes:
    """The name of one writer's run: nobody else's."""
    return secrets.token_hex(6).encode()


def file_of(url: str) -> Path:
    """The file behind sqlite://path?parameters."""
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def dsn_of(url: str) -> str:
    """The URL without what only Tortoise understands."""
    parts = urlsplit(url.replace("postgresql:", "postgres:", 1))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _POOL_WORDS]
    return parts._replace(query=urlencode(kept)).geturl()


def connect(file: Path, *, cached: int = 64, busy_seconds: float = 0) -> sqlite3.Connection:
    """A connection for the ledger's own statements: each is a transaction unless it says BEGIN."""
    connection = sqlite3.connect(file, timeout=busy_seconds, isolation_level=None, cached_statements=cached)
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise NotOpen("the database has no write-ahead log")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on the log's file is there


@asynccontextmanager
async def _sqlite_writer(
    file: Path, milliseconds: Milliseconds, index_seconds: float, activity: Activity
) -> AsyncIterator[SQLiteWriter]:
    loop = asyncio.get_running_loop()
    with closing(connect(file, cached=_STATEMENTS)) as connection, _log_of(file) as descriptor:

        def start() -> None:
            sync.start()

        writer = SQLiteWriter(connection, start, loop, milliseconds, time.monotonic, new_run(), activity)
        sync = Sync(descriptor, writer.synced, loop)
        housekeeping = Housekeeping(file, connect, writer, loop, index_seconds)
        try:
            yield writer
        finally:
            housekeeping.stop()
            await asyncio.to_thread(housekeeping.join)
            await _drained(writer)
            sync.close()


@contextmanager
def _log_of(file: Path) -> Iterator[int]:
    """A descriptor of the database's log, whose name is made durable too."""
    descriptor = os.open(f"{file}-wal", os.O_RDWR | os.O_CLOEXEC)
    try:
        folder = os.open(file.absolute().parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        yield descriptor
    finally:
        os.close(descriptor)


@asynccontextmanager
async def _postgres_writer(dsn: str, milliseconds: Milliseconds, index_seconds: float) -> AsyncIterator[PostgresWriter]:
    writer = PostgresWriter(dsn, milliseconds, new_run)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(writer.run()), group.create_task(_indexed(index_seconds))]
        try:
            yield writer
        finally:
            await _drained(writer)
            for task in tasks:
                task.cancel()


async def _indexed(seconds: float) -> None:
    """Run passes over what is new, for ever."""
    while True:
        try:
            more = await postgres_pass()
        except Exception:  # noqa: BLE001 - the next round tries again
            log(__name__).exception("ledger index failed")
            more = False
        if not more:
            await asyncio.sleep(seconds)


async def _drained(writer: Writer) -> None:
    """Each entry is kept or given up within seconds, so this ends."""
    while not writer.idle:  # noqa: ASYNC110 - once, at the end; the data path keeps no event for it
        await asyncio.sleep(0.001)
