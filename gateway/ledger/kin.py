"""One person's entries, where two accounts were merged: an entry goes on naming the account of its time."""

from collections.abc import Awaitable, Callable, Sequence

from core.ids import AccountId
from gateway.ledger import residents
from gateway.ledger.residents import Filter, Found

Kin = Callable[[AccountId], Awaitable[Sequence[AccountId]]]
"""The account first, and then those that were merged into it."""


async def alone(account: AccountId) -> Sequence[AccountId]:
    """The kin of an account into which none was merged."""
    return [account]


async def page(accounts: Sequence[AccountId], limit: int, cursor: str | None, wanted: Filter) -> Found:
    """Up to `limit` of these accounts' entries that the filter takes, newest first, older than `cursor`.

    What lies below the place at which one account's page ends is left for the next page: more may be known there.
    """
    pages = [await residents.page(each, limit, cursor, wanted) for each in accounts]
    ends = max((page.next for page in pages if page.next), default=None)
    entries = {entry.seq: entry for page in pages for entry in page.entries if ends is None or entry.id >= ends}
    newest = [entries[seq] for seq in sorted(entries, reverse=True)]
    if len(newest) > limit:
        return Found(newest[:limit], newest[limit - 1].id)
    return Found(newest, ends)
