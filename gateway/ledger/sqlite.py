"""The writer for SQLite: groups of entries, committed on the loop's thread, made durable off it.

1. Entries gather while the loop has input to handle, for four milliseconds at the most: a quiet loop waits for nothing,
   and a busy one pays for a group, not for an entry.
2. The group is one INSERT, which is a transaction of its own: SQLite numbers its rows on from the largest. It costs the
   loop some microseconds, because nothing waits for the disk in it: this connection has synchronous=NORMAL, and leaves
   moving the log into the database (the WAL's checkpoint) to a thread.
3. The log's file is then synced (fdatasync) in a thread. COMMIT writes the group's frames into the log before it
   returns, and the sync begins after that, so when it ends they are on the disk: it is what synchronous=FULL does
   within COMMIT. If the log was moved into the database and begun anew in between, whoever moved it synced the log
   first and the database afterwards, so the group is on the disk as well.
4. Then each entry's `done` is called, in order.

The log's file is opened beside SQLite. It is the same file as long as our connection is open: the last connection to
close deletes the log, and it is not the last before us. Closing our descriptor drops no lock of SQLite's (POSIX locks
are dropped by the first close), because SQLite locks the database and the -shm file, never the log.

Several processes may write: each INSERT takes the database's write lock, so seq is one unbroken order. One that finds
it taken tries again in a millisecond, for five seconds.

⚡ Compiled on the data path: no dynamic tricks.
"""

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, Protocol

from core.telemetry import log
from gateway.ledger.activity import Activity
from gateway.ledger.content import Prepared, placed
from gateway.ledger.errors import EntryNotKept
from gateway.ledger.group import Done, Waiting, tell

LIMIT: Final = 128
"""Entries of one group."""
GATHER_SECONDS: Final = 0.004
BUSY_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 0.001
_LEAF: Final = b"\x00"


class Loop(Protocol):
    """What is used of the event loop."""

    def call_soon(self, callback: Callable[[], None], /) -> object: ...
    def call_later(self, delay: float, callback: Callable[[], None], /) -> object: ...


class SQLiteWriter:
    """Lives on the loop's thread. `start_sync` asks for a sync, whose end is told by `synced`."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a writer is made of, made in one place
        self,
        connection: sqlite3.Connection,
        start_sync: Callable[[], None],
        loop: Loop,
        milliseconds: Callable[[], int],
        monotonic: Callable[[], float],
        run: bytes,
        activity: Activity,
    ) -> None:
        self._activity = activity
        self._connection = connection
        self._start_sync = start_sync
        self._loop = loop
        self._milliseconds = milliseconds
        self._monotonic = monotonic
        self._statements: list[str] = ["", *(_statement(count) for count in range(1, LIMIT + 1))]
        self._first: int | None = 0 if self._empty() else None
        self._run: bytes = run
        self._number = 0
        """Of the next entry; a group that is given up gives its numbers back."""
        self._waiting: list[Waiting] = []
        self._turning = False
        self._seen = 0
        self._since = 0.0
        self._gathers_since = 0.0
        self._held = False
        self._values: list[Any] | None = None
        """The group that found the database taken."""
        self._inserting: list[Done] = []
        self._committed: list[Done] = []
        self._syncing: list[Done] = []
        self._broken: BaseException | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way."""
        return not (self._waiting or self._inserting or self._committed or self._syncing)

    def append(  # noqa: PLR0913, PLR0917 - on the data path nothing is made to carry these
        self, prepared: Prepared, request_id: str, outcome: int, received: int, sent: int, done: Done
    ) -> None:
        """Take one entry; `done` is called later, never from within."""
        self._waiting.append((prepared, request_id, outcome, received, sent, done))
        if not self._turning:
            self._begin_turning()

    def hold(self) -> None:
        """Commit nothing until `release`, for the moment that the log is begun anew in."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self._commit()

    def synced(self, error: BaseException | None) -> None:
        """All that was committed before the sync began is durable, or the disk failed."""
        finished = self._syncing
        self._syncing = []
        if error is not None:
            # Linux forgets what it could not write after telling once: a later sync that succeeds proves nothing.
            self._broken = error
        self._sync()
        if self._waiting and not self._turning:
            self._begin_turning()
        tell(finished, EntryNotKept() if self._broken is not None else None)

    def _begin_turning(self) -> None:
        self._turning = True
        self._seen = self._activity.events
        self._gathers_since = self._monotonic()
        self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Once in each turn of the loop, while entries wait."""
        events = self._activity.events
        busy = events != self._seen and self._monotonic() - self._gathers_since < GATHER_SECONDS
        if busy and len(self._waiting) < LIMIT:
            self._seen = events
            self._loop.call_soon(self._turn)
            return
        self._turning = False
        if not self._syncing or len(self._waiting) >= LIMIT:
            self._commit()

    def _commit(self) -> None:
        """Insert what waits, a group at a time."""
        if self._broken is not None:
            lost = [entry[5] for entry in self._waiting]
            self._waiting = []
            tell(lost, EntryNotKept())
        while self._waiting and self._values is None and not self._held:
            group = self._waiting[:LIMIT]
            self._waiting = self._waiting[LIMIT:]
            self._inserting = [entry[5] for entry in group]
            self._since = self._monotonic()
            try:
                self._values = self._rendered(group)
            except Exception as error:  # noqa: BLE001 - a group that cannot be rendered is lost, the writer is not
                self._give_up(error)
            self._insert()

    def _insert(self) -> None:
        values = self._values
        if values is None:
            return
        try:
            self._connection.execute(self._statements[len(self._inserting)], values)
        except sqlite3.Error as error:
            self._refused(error)
            return
        self._first = None
        self._values = None
        self._number += len(self._inserting)
        self._committed.extend(self._inserting)
        self._inserting = []
        self._sync()

    def _refused(self, error: sqlite3.Error) -> None:
        """Try again while somebody else writes; give the group up otherwise."""
        busy = _is_busy(error) and self._monotonic() - self._since < BUSY_SECONDS
        if isinstance(error, sqlite3.IntegrityError) and self._first == 0:  # another process wrote the first entry
            self._first = None
            busy = True
            if self._values is not None:
                self._values[0] = None
        if busy:
            self._loop.call_later(_AGAIN_SECONDS, self._again)
            return
        self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        log(__name__).error("ledger group not kept", exc_info=error)
        group = self._inserting
        self._values = None
        self._inserting = []
        problem = EntryNotKept()
        problem.__cause__ = error
        tell(group, problem)

    def _again(self) -> None:
        self._insert()
        self._commit()

    def _sync(self) -> None:
        if self._committed and not self._syncing:
            self._syncing = self._committed
            self._committed = []
            self._start_sync()

    def _rendered(self, group: list[Waiting]) -> list[Any]:
        at = self._milliseconds()
        number = self._number
        values: list[Any] = [self._first]
        for prepared, request_id, outcome, received, sent, _ in group:
            content = prepared.render(request_id, placed(self._run, number, at), outcome, received, sent)
            values += (sha256(_LEAF + content).digest(), content, prepared.account, prepared.mandate)
            number += 1
        return values

    def _empty(self) -> bool:
        return self._connection.execute("SELECT 1 FROM ledger_entry LIMIT 1").fetchone() is None


def _statement(count: int) -> str:
    """One INSERT of `count` entries; the first takes the place that is given, which is NULL but for the very first."""
    rows = ",".join(["(?,?,?,?,?)", *["(NULL,?,?,?,?)"] * (count - 1)])
    return f"INSERT INTO ledger_entry (seq,leaf,content,account_id,mandate) VALUES {rows}"  # noqa: S608 - no input in it


def _is_busy(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
