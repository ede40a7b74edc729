"""The writer for PostgreSQL: one task on a connection of its own takes whole groups.

While a group is on its way the next one gathers. Writers of all processes take turns under an advisory lock, so seq is
one unbroken order; the lock is taken in a statement of its own, because the INSERT after it must see what the holder
before committed. The server syncs its log before COMMIT returns (synchronous_commit is on).
"""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg

from core.telemetry import log
from gateway.ledger.content import Prepared, placed
from gateway.ledger.errors import EntryNotKept
from gateway.ledger.group import Done, Waiting, tell
from gateway.ledger.merkle import leaf_hash

LIMIT = 512
"""Entries of one group."""
APPEND_LOCK = 0x6C656467
"""The advisory lock that appending to the ledger takes."""
CHECKPOINT_LOCK = APPEND_LOCK + 1
"""That which writing a checkpoint takes."""
RETRY_SECONDS = 5.0
_AGAIN_SECONDS = 0.05
_STATEMENT_SECONDS = 5.0
_INSERT = (
    "WITH kept AS (INSERT INTO ledger_entry (seq, leaf, content, account_id, mandate) "
    "SELECT (SELECT coalesce(max(seq), -1) FROM ledger_entry) + place, leaf, content, account_id, mandate "
    "FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[]) WITH ORDINALITY "
    "AS given (leaf, content, account_id, mandate, place) RETURNING seq) SELECT max(seq) FROM kept"
)
_THERE = "SELECT count(*) FROM ledger_entry WHERE seq >= $1 AND leaf = $2"
Columns = tuple[list[bytes], list[bytes], list[str], list[str | None]]
"""leaf, content, account_id, mandate."""


class PostgresWriter:
    """`run` is its task; it ends by being cancelled."""

    def __init__(self, url: str, milliseconds: Callable[[], int], new_run: Callable[[], bytes]) -> None:
        self._url = url
        self._milliseconds = milliseconds
        self._new_run = new_run
        self._run = new_run()
        self._number = 0
        self._waiting: list[Waiting] = []
        self._arrived = asyncio.Event()
        self._writing = False
        self._connection: Any = None
        self._last = -1
        """An entry that was there before the present group."""

    @property
    def idle(self) -> bool:
        return not (self._waiting or self._writing)

    def append(  # noqa: PLR0913, PLR0917 - on the data path nothing is made to carry these
        self, prepared: Prepared, request_id: str, outcome: int, received: int, sent: int, done: Done
    ) -> None:
        """Take one entry; `done` is called later, never from within."""
        self._waiting.append((prepared, request_id, outcome, received, sent, done))
        self._arrived.set()

    def _columns(self, group: list[Waiting]) -> Columns:
        at = self._milliseconds()
        contents = [
            prepared.render(request_id, placed(self._run, number, at), outcome, received, sent)
            for number, (prepared, request_id, outcome, received, sent, _) in enumerate(group, self._number)
        ]
        leaves = [leaf_hash(content) for content in contents]
        return leaves, contents, [entry[0].account for entry in group], [entry[0].mandate for entry in group]

    async def run(self) -> None:
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                await self._write_what_waits()
        finally:
            self._disconnect()

    async def _write_what_waits(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # the rest of this turn of the loop may add to the group
            group, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
            self._writing = True
            try:
                error = await self._kept(group)
            except Exception as failed:  # noqa: BLE001 - a group that cannot be rendered is lost, the writer is not
                error = _because(failed)
            finally:
                self._writing = False
            tell([entry[5] for entry in group], error)

    async def _kept(self, group: list[Waiting]) -> EntryNotKept | None:
        """Write the group; None when it is durable. A connection that breaks is replaced, for five seconds."""
        columns = self._columns(group)
        until = asyncio.get_running_loop().time() + RETRY_SECONDS
        again = False
        while True:
            try:
                async with asyncio.timeout(_STATEMENT_SECONDS):
                    await self._write(columns, again=again)
            except Exception as error:  # noqa: BLE001 - asyncpg raises more than its own errors when a connection breaks
                self._disconnect()
                if asyncio.get_running_loop().time() > until:
                    self._run, self._number = self._new_run(), 0  # whether it was committed is not known
                    return _because(error)
                again = True
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                self._number += len(group)
                return None

    async def _write(self, columns: Columns, *, again: bool) -> None:
        """The group in one transaction; the second time, only if the first one was not committed unheard.

        That is looked for under the lock, which the connection that broke holds until it has committed or has not.
        """
        connection = await self._connected()
        await connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({APPEND_LOCK})")
        if again and await connection.fetchval(_THERE, self._last, columns[0][0]):
            await connection.execute("ROLLBACK")
            return
        last = await connection.fetchval(_INSERT, *columns)
        await connection.execute("COMMIT")
        self._last = last

    async def _connected(self) -> Any:
        if self._connection is None:
            self._connection = await asyncpg.connect(self._url, timeout=_STATEMENT_SECONDS)
            if self._last < 0:
                self._last = await self._connection.fetchval("SELECT coalesce(max(seq), 0) FROM ledger_entry")
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _because(error: BaseException) -> EntryNotKept:
    log(__name__).error("ledger group not kept", exc_info=error)
    problem = EntryNotKept()
    problem.__cause__ = error
    return problem
