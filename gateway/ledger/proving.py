"""Proofs out of the database: what a resident takes away, and what anybody may hold us to."""

from base64 import b64encode

from gateway.ledger.checkpoints import Kept
from gateway.ledger.content import opening_of
from gateway.ledger.errors import EntryNotCovered
from gateway.ledger.proofs import ConsistencyProof, EntryProof, Opening
from gateway.ledger.residents import Entry
from gateway.ledger.tree import Tree


class Proving:
    """Proofs of entries against one checkpoint; what they read from the database they share."""

    def __init__(self, checkpoint: Kept) -> None:
        self._checkpoint = checkpoint
        self._tree = Tree(checkpoint.size)

    async def entry(self, entry: Entry, account: str, key: bytes | None) -> EntryProof:
        """The proof of one entry; with the account's key it shows that the entry is about it.

        Raises EntryNotCovered (409) while no checkpoint covers it.
        """
        if entry.seq >= self._checkpoint.size:
            raise EntryNotCovered
        who = None
        if key is not None:
            opening = b64encode(opening_of(key, entry.request_id)).decode()
            who = Opening(account=account, mandate=entry.mandate, opening=opening)
        return EntryProof(
            content=entry.content.decode(),
            index=entry.seq,
            size=self._checkpoint.size,
            hashes=_encoded(await self._tree.inclusion(entry.seq)),
            checkpoint=self._checkpoint.note,
            who=who,
        )

    async def consistency(self, first: Kept) -> ConsistencyProof:
        """That this checkpoint's ledger begins with that of `first`."""
        hashes = await self._tree.consistency(first.size) if first.size < self._checkpoint.size else []
        return ConsistencyProof.model_validate(
            {"from": first.note, "to": self._checkpoint.note, "hashes": _encoded(hashes)}
        )


def _encoded(hashes: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]
