"""Checkpoints: how many entries there are and what their root is, signed every minute and at the end."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from core.clock import Clock
from core.database import connection, rows, transaction
from core.telemetry import log
from gateway.ledger.columns import octets
from gateway.ledger.notes import Checkpoint, NoteKey
from gateway.ledger.postgres import CHECKPOINT_LOCK
from gateway.ledger.signer import SecondSigner, Signer
from gateway.ledger.tree import Tree, fill, size


class LedgerDiffers(Exception):
    """The entries are not those that an earlier checkpoint was signed over: nothing is signed any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is kept."""

    size: int
    root: bytes
    note: str


class Checkpoints:
    """Written by whichever process comes first when one is due; readable by all."""

    def __init__(self, clock: Clock, signer: Signer, seconds: float, second: SecondSigner | None = None) -> None:
        """`second` signs the same text once more."""
        self._clock = clock
        self._signer = signer
        self._second = second
        self._seconds = seconds

    async def key(self) -> NoteKey:
        """The public key, to be known outside of this city."""
        return await self._signer.public()

    async def second_key(self) -> NoteKey | None:
        """The public key of the second signature, where one is made."""
        return await self._second.public() if self._second else None

    async def run(self) -> None:
        """Write one whenever it is due, until cancelled."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.write()
            except Exception:  # noqa: BLE001 - told, and tried again
                log(__name__).exception("no checkpoint was written")

    async def write(self, *, last: bool = False) -> None:
        """Sign the present state, when it grew and nobody did so just now; `last` does not ask when.

        Raises LedgerDiffers when the entries of the newest checkpoint are no longer what it was signed over.
        """
        grown, newest = await size(), await self.newest()
        if newest and (grown == newest.size or not (last or await self._is_due(newest))):
            return
        if not grown:
            return
        await fill(grown)
        await _check(newest, grown)
        root = await Tree(grown).root()
        note = await self._signed(Checkpoint(self._signer.name, grown, root))
        async with transaction():
            if connection().capabilities.dialect == "postgres":
                await rows(f"SELECT pg_advisory_xact_lock({CHECKPOINT_LOCK})")
            if last or await self._is_due(await self.newest()):
                await self._keep(Kept(grown, root, note))

    async def _signed(self, checkpoint: Checkpoint) -> str:
        note = await self._signer.sign(checkpoint.text)
        return await self._second.countersign(note) if self._second else note

    async def newest(self) -> Kept | None:
        return _kept(await rows("SELECT size, root, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"))

    async def of_size(self, wanted: int) -> Kept | None:
        return _kept(await rows("SELECT size, root, note FROM ledger_checkpoint WHERE size = ?", wanted))

    async def _is_due(self, newest: Kept | None) -> bool:
        """A tenth earlier than the setting says, so that a worker is not put off by its own checkpoint before."""
        if newest is None:
            return True
        since = self._clock.now() - timedelta(seconds=self._seconds * 0.9)
        return not await rows("SELECT 1 FROM ledger_checkpoint WHERE size = ? AND at > ?", newest.size, since)

    async def _keep(self, kept: Kept) -> None:
        await rows(
            "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (?, ?, ?, ?) ON CONFLICT (size) DO NOTHING",
            kept.size,
            kept.root,
            kept.note,
            self._clock.now(),
        )


async def _check(newest: Kept | None, grown: int) -> None:
    if newest is None:
        return
    if grown < newest.size:
        raise LedgerDiffers(f"there are {grown} entries, and a checkpoint over {newest.size}")
    if await Tree(newest.size).root() != newest.root:
        raise LedgerDiffers(f"the root over the first {newest.size} entries is not the one that was signed")


def _kept(found: list[dict[str, object]]) -> Kept | None:
    if not found:
        return None
    row = found[0]
    return Kept(int(str(row["size"])), octets(row["root"]), str(row["note"]))
