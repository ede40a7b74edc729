"""The ledger as the rest of the gateway knows it.

Promise: when an entry's `done` is called with None, it survives kill -9 and, where the disk keeps what it synced, a
loss of power; the data path lets go of an answer's last byte only then. A call whose client left, or whose department
failed, is recorded with that outcome.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.bodies import Localized
from core.clock import Clock
from core.database import connection, rows, transaction
from core.ids import AccountId, DepartmentId, ServiceId, UpstreamId
from gateway.ledger import access as accesses
from gateway.ledger import residents
from gateway.ledger.access import Action
from gateway.ledger.content import Prepared
from gateway.ledger.group import Done, Writer
from gateway.ledger.keys import AccountKeys
from gateway.ledger.merkle import leaf_hash
from gateway.ledger.opening import open_writer
from gateway.ledger.postgres import APPEND_LOCK
from gateway.ledger.residents import Entry, Filter, Found
from gateway.ledger.settings import LedgerSettings


@dataclass(frozen=True, slots=True)
class Access:
    """What the door before the lane hands to `record`; goes with it."""

    account: AccountId
    service: ServiceId
    department: DepartmentId
    upstream: UpstreamId
    operation: str
    action: Action
    summary: Localized
    scopes: Sequence[str]
    request_id: str


class Ledger:
    """Appends entries and reads them; the tables are the database's that `open` was given."""

    def __init__(self, clock: Clock, settings: LedgerSettings | None = None) -> None:
        self._clock = clock
        self._settings = settings or LedgerSettings()
        self._keys = AccountKeys(self._settings.keys)
        self._writer: Writer | None = None

    @asynccontextmanager
    async def open(self, database_url: str) -> AsyncIterator[None]:
        """Take entries for as long as the block lasts; `core.database.database` is open around it.

        At its end everything appended is durable.
        """
        async with open_writer(database_url, self._milliseconds) as writer:
            self._writer = writer
            try:
                yield
            finally:
                self._writer = None

    def prepared(self, access: accesses.Access) -> Prepared | None:
        """The constant part of these entries, or None when `prepare` must be awaited first.

        Keep it for as long as a verdict is kept, a few minutes at the most: a key that was destroyed meanwhile would go
        on being used.
        """
        key = self._keys.known(access.account)
        return Prepared(access, key) if key else None

    async def prepare(self, access: accesses.Access) -> Prepared:
        """The same, with the account's key from the database, where it is made at the first entry."""
        return Prepared(access, await self._keys.of(access.account))

    def append(  # noqa: PLR0913, PLR0917 - on the data path nothing is made to carry these
        self, prepared: Prepared, request_id: str, outcome: int, received: int, sent: int, done: Done
    ) -> None:
        """Keep one entry. `request_id` is one that the gateway made; `received` and `sent` are bytes of the bodies.

        `done` is called on the loop, later and in order: with None once the entry is durable, with EntryNotKept (503)
        when it could not be kept.
        """
        assert self._writer is not None  # noqa: S101 - the lifespan opens the ledger before the first call
        self._writer.append(prepared, request_id, outcome, received, sent, done)

    async def page(self, account: AccountId, limit: int, cursor: str | None, wanted: Filter) -> Found:
        """Up to `limit` of a resident's entries that the filter takes, newest first, older than `cursor`."""
        return await residents.page(account, limit, cursor, wanted)

    async def record(self, access: Access, outcome: int) -> None:
        """Keep one access with the status that came of it; durable when this returns. The lane has `append`."""
        prepared = await self.prepare(
            accesses.Access(
                account=access.account,
                mandate=None,
                service=access.service,
                department=access.department,
                upstream=access.upstream,
                operation=access.operation,
                action=access.action,
                summary={str(language): text for language, text in access.summary.items()},
                scopes=tuple(access.scopes),
            )
        )
        if self._writer is None:
            await _insert(prepared, prepared.render(access.request_id, self._milliseconds(), outcome, 0, 0))
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: BaseException | None) -> None:
            if not kept.done():
                kept.set_exception(error) if error else kept.set_result(None)

        self.append(prepared, access.request_id, outcome, 0, 0, done)
        await kept

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


async def _insert(prepared: Prepared, content: bytes) -> None:
    """One entry in a transaction of its own; goes with `record`."""
    async with transaction():
        if connection().capabilities.dialect == "postgres":
            await rows(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
        await rows(
            "INSERT INTO ledger_entry (seq, leaf, content, account_id, mandate) "
            "SELECT coalesce(max(seq) + 1, 0), ?, ?, ?, NULL FROM ledger_entry",
            leaf_hash(content),
            content,
            prepared.account,
        )


__all__ = ["Access", "Action", "Entry", "Filter", "Found", "Ledger"]
