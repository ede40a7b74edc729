"""Who acts on which mandate: their entries are those of two, of whom they are about and of who acted."""

from collections import OrderedDict

from core.database import rows, transaction

_KNOWN = 50_000


class Actors:
    """Written before a mandate's first entry; a mandate has one actor for ever."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()

    def known(self, mandate: str) -> bool:
        return mandate in self._known

    async def enter(self, mandate: str, actor: str) -> None:
        if self.known(mandate):
            return
        async with transaction():
            await rows(
                "INSERT INTO ledger_actor (mandate, account_id) VALUES (?, ?) ON CONFLICT (mandate) DO NOTHING",
                mandate,
                actor,
            )
        self._known[mandate] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)


async def forget(actor: str) -> None:
    """Nothing tells any more who acted on these mandates; within the caller's transaction."""
    await rows("DELETE FROM ledger_actor WHERE account_id = ?", actor)
