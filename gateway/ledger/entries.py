"""The ledger as the rest of the gateway knows it.

Promise: when an entry's `done` is called with None, it survives kill -9 and, where the disk keeps what it synced, a
loss of power; the data path lets go of an answer's last byte only then. A call whose client left, or whose department
failed, is recorded with that outcome.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId
from core.telemetry import log
from gateway.ledger import actors, kin, residents
from gateway.ledger.access import Access
from gateway.ledger.activity import Activity
from gateway.ledger.actors import Actors
from gateway.ledger.checkpoints import Checkpoints
from gateway.ledger.content import Prepared
from gateway.ledger.errors import EntryNotCovered, EntryUnknown
from gateway.ledger.group import Done, Writer
from gateway.ledger.index import BLOCK_SHIFT, indexed, seen_and_held
from gateway.ledger.keys import AccountKeys
from gateway.ledger.opening import open_writer
from gateway.ledger.proofs import EntryProof
from gateway.ledger.proving import Proving
from gateway.ledger.residents import Entry, Filter, Found
from gateway.ledger.settings import LedgerSettings


class Ledger:
    """Appends entries and reads them; the tables are the database's that `open` was given."""

    def __init__(
        self, clock: Clock, settings: LedgerSettings, checkpoints: Checkpoints, kin_of: kin.Kin = kin.alone
    ) -> None:
        """`kin_of`: whose entries an account's owner reads besides."""
        self.checkpoints = checkpoints
        self.activity = Activity()
        self._clock = clock
        self._settings = settings
        self._kin = kin_of
        self._keys = AccountKeys(self._settings.keys)
        self._actors = Actors()
        self._writer: Writer | None = None

    @asynccontextmanager
    async def open(self, database_url: str) -> AsyncIterator[None]:
        """Take entries for as long as the block lasts; `core.database.database` is open around it.

        At its end everything appended is durable, and a checkpoint covers it.
        """
        async with (
            self._signed(),
            open_writer(database_url, self._milliseconds, self._settings.index_seconds, self.activity) as writer,
        ):
            self._writer = writer
            try:
                yield
            finally:
                self._writer = None

    @asynccontextmanager
    async def _signed(self) -> AsyncIterator[None]:
        """Checkpoints every minute, and one at the end, after the last entry."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.checkpoints.run())
            try:
                yield
            finally:
                task.cancel()
        try:
            await self.checkpoints.write(last=True)
        except Exception:  # noqa: BLE001 - the process ends all the same; the next one signs, or says why not
            log(__name__).exception("no checkpoint was written at the end")

    def prepared(self, access: Access) -> Prepared | None:
        """The constant part of these entries, or None when `prepare` must be awaited first.

        Keep it for as long as a verdict is kept, a few minutes at the most: a key that was destroyed meanwhile would go
        on being used.
        """
        key = self._keys.known(access.account)
        entered = access.mandate is None or self._actors.known(access.mandate)
        return Prepared(access, key) if key and entered else None

    async def prepare(self, access: Access) -> Prepared:
        """The same, with the account's key from the database, where it is made at the first entry."""
        if access.mandate is not None and access.actor is not None:
            await self._actors.enter(access.mandate, access.actor)
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
        return await kin.page(await self._kin(account), limit, cursor, wanted)

    async def every(self, account: AccountId) -> AsyncIterator[Entry]:
        """All entries about a resident, or that they acted in for another, newest first."""
        for each in await self._kin(account):
            async for entry in residents.every(each):
                yield entry

    async def entry(self, account: AccountId, entry_id: str) -> Entry:
        """One about this resident; raises EntryUnknown, also for one that they only acted in."""
        for each in await self._kin(account):
            found = await residents.find(each, residents.seq_of(entry_id))
            if found:
                return found
        raise EntryUnknown("Take the id from your list.")

    async def prove(self, account: AccountId, entry: Entry, proving: Proving | None = None) -> EntryProof:
        """The proof of an entry; raises EntryNotCovered while no checkpoint covers it."""
        proving = proving or await self.proving()
        if proving is None:
            raise EntryNotCovered
        theirs = next((each for each in await self._kin(account) if entry.account == each), None)
        key = await self._keys.of(theirs) if theirs else None
        return await proving.entry(entry, theirs or account, key)

    async def proving(self) -> Proving | None:
        """Proofs against the newest checkpoint; None when there is none yet."""
        newest = await self.checkpoints.newest()
        return Proving(newest) if newest else None

    async def forget(self, account: AccountId) -> int:
        """Destroy what links an account's entries to it and to each other; gives how many there were."""
        self._keys.forget(account)
        return await forget(account)

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


async def forget(account: AccountId) -> int:
    """Destroy the account's key and what names it in its entries, all or nothing; gives how many entries it had.

    Every proof goes on holding. Whoever reads the entries in a backup can link them only with the key from one.
    """
    async with transaction():
        seen = await seen_and_held()
        await actors.forget(account)
        await rows("DELETE FROM ledger_key WHERE account_id = ?", account)
        fresh = await rows(f"{_LOSE} seq >= ? AND account_id = ? RETURNING seq", seen, account)
        count = len(fresh)
        while places := await indexed(account, seen, _CHUNK):
            numbers, blocks = _listed(places), _listed({place >> BLOCK_SHIFT for place in places})
            lost = await rows(f"{_LOSE} seq IN ({numbers}) AND account_id = ? RETURNING seq", account)
            await rows(
                f"DELETE FROM ledger_access WHERE block IN ({blocks}) AND account_id = ? "  # noqa: S608 - numbers
                f"AND seq IN ({numbers})",
                account,
            )
            seen, count = places[-1], count + len(lost)
    return count


_CHUNK = 500
_LOSE = "UPDATE ledger_entry SET account_id = NULL, mandate = NULL WHERE"


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
