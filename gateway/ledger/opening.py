"""Opening the writer of either database."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from gateway.ledger.group import Writer
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


def open_writer(url: str, milliseconds: Milliseconds) -> AbstractAsyncContextManager[Writer]:
    """The writer for the database at `url`, for as long as the block lasts; what was appended is durable at its end."""
    if url.startswith("sqlite://"):
        return _sqlite_writer(file_of(url), milliseconds)
    return _postgres_writer(dsn_of(url), milliseconds)


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
async def _sqlite_writer(file: Path, milliseconds: Milliseconds) -> AsyncIterator[SQLiteWriter]:
    loop = asyncio.get_running_loop()
    with closing(connect(file, cached=_STATEMENTS)) as connection, _log_of(file) as descriptor:

        def start() -> None:
            sync.start()

        writer = SQLiteWriter(connection, start, loop, milliseconds, time.monotonic)
        sync = Sync(descriptor, writer.synced, loop)
        try:
            yield writer
        finally:
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
async def _postgres_writer(dsn: str, milliseconds: Milliseconds) -> AsyncIterator[PostgresWriter]:
    writer = PostgresWriter(dsn, milliseconds)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(writer.run())
        try:
            yield writer
        finally:
            await _drained(writer)
            task.cancel()


async def _drained(writer: Writer) -> None:
    """Each entry is kept or given up within seconds, so this ends."""
    while not writer.idle:  # noqa: ASYNC110 - once, at the end; the data path keeps no event for it
        await asyncio.sleep(0.001)
