"""SQLite in threads: one file, one writer of this process at a time, readers beside it.

Rules are plain functions over a connection. `Database` runs them in a worker thread; a caller who is cancelled still
waits for the thread, so no transaction is ever left half done.
"""

import queue
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import anyio

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

BUSY_SECONDS = 30
READERS = 8


def connect(path: Path) -> sqlite3.Connection:
    """A connection that survives power loss at every commit and waits for other processes' writes."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    return connection


def create_tables(path: Path, *schemas: str) -> None:
    """Make what is missing; `schemas` are SQL scripts that may run again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(path)
    try:
        for schema in schemas:
            connection.executescript(schema)
    finally:
        connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything inside, or nothing.

    Immediate: a deferred transaction that reads first and then writes fails with "database is locked" at once when
    another process wrote in between, whatever the busy timeout.
    """
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


class Database:
    """Connections for worker threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._writers = anyio.CapacityLimiter(1)
        self._readers = anyio.CapacityLimiter(READERS)

    async def read(self, work: Work[Result]) -> Result:
        return await anyio.to_thread.run_sync(self._with_connection, work, limiter=self._readers)

    async def write(self, work: Work[Result]) -> Result:
        """Run `work` in one immediate transaction; an exception undoes it all."""

        def whole(connection: sqlite3.Connection) -> Result:
            with transaction(connection):
                return work(connection)

        return await anyio.to_thread.run_sync(self._with_connection, whole, limiter=self._writers)

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _with_connection(self, work: Work[Result]) -> Result:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = connect(self._path)
        try:
            return work(connection)
        finally:
            self._idle.put(connection)
