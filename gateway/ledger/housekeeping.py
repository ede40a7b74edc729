"""What is done behind the SQLite writer, in a thread with a connection of its own: the index, and the log's upkeep.

SQLite begins its log anew only when everything in it was moved into the database and nobody wrote meanwhile. Under a
steady stream of groups that moment never comes by itself, and a log that grows costs more to sync than one that is
written over. So when it is long, the writer is held for the last, small move: about a millisecond, in which entries
gather.
"""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Protocol

from core.telemetry import log
from gateway.ledger.index import sqlite_pass

LONG = 2000
"""Pages of the log (of 4 KiB) from which on it is to begin anew."""
_BUSY_SECONDS = 5.0
_HELD_SECONDS = 1.0


class Holdable(Protocol):
    def hold(self) -> None: ...
    def release(self) -> None: ...


class Connect(Protocol):
    def __call__(self, file: Path, *, busy_seconds: float) -> sqlite3.Connection: ...


class Housekeeping:
    """The thread; `close` ends it after the work at hand."""

    def __init__(
        self, file: Path, connect: Connect, writer: Holdable, loop: asyncio.AbstractEventLoop, seconds: float
    ) -> None:
        self._file = file
        self._connect = connect
        self._writer = writer
        self._loop = loop
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger-housekeeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        with closing(self._connect(self._file, busy_seconds=_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA temp_store=MEMORY")
            while not self._stop.wait(self._seconds):
                try:
                    self._pass(connection)
                except sqlite3.Error:
                    log(__name__).exception("ledger housekeeping failed")  # the next round tries again

    def _pass(self, connection: sqlite3.Connection) -> None:
        self._move_log(connection)
        while sqlite_pass(connection) and not self._stop.is_set():
            self._move_log(connection)

    def _move_log(self, connection: sqlite3.Connection) -> None:
        if _moved(connection) < LONG:
            return
        held = threading.Event()

        def hold() -> None:
            self._writer.hold()
            held.set()

        self._loop.call_soon_threadsafe(hold)
        try:
            if held.wait(_HELD_SECONDS):
                _moved(connection)
        finally:
            self._loop.call_soon_threadsafe(self._writer.release)


def _moved(connection: sqlite3.Connection) -> int:
    """Move what can be moved without waiting for anybody; the length of the log in pages."""
    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
