"""The key of each account, under which its entries name it."""

import secrets
import time
from collections import OrderedDict

from core.database import rows, transaction
from gateway.ledger.columns import octets
from gateway.ledger.content import KEY_BYTES

KNOWN_SECONDS = 60.0
"""How long a process goes by a key that another process may have destroyed meanwhile."""


class AccountKeys:
    """Made at an account's first entry, remembered for a minute, destroyed when the account is forgotten."""

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = limit
        self._known: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    def known(self, account: str) -> bytes | None:
        """The key, when it is in memory."""
        found = self._known.get(account)
        return found[0] if found and found[1] > time.monotonic() else None

    async def of(self, account: str) -> bytes:
        """The key, from the database when it must be, made when there is none."""
        found = self.known(account) or await self._read(account) or await self._make(account)
        self._known[account] = (found, time.monotonic() + KNOWN_SECONDS)
        self._known.move_to_end(account)
        if len(self._known) > self._limit:
            self._known.popitem(last=False)
        return found

    def forget(self, account: str) -> None:
        """Drop it from memory; the row is the caller's."""
        self._known.pop(account, None)

    async def _read(self, account: str) -> bytes | None:
        found = await rows("SELECT key FROM ledger_key WHERE account_id = ?", account)
        return octets(found[0]["key"]) if found else None

    async def _make(self, account: str) -> bytes:
        """Keep a new key, or take the one that somebody else kept meanwhile; on the disk before it is used."""
        async with transaction():
            made = await rows(
                "INSERT INTO ledger_key (account_id, key) VALUES (?, ?) "
                "ON CONFLICT (account_id) DO UPDATE SET key = ledger_key.key RETURNING key",
                account,
                secrets.token_bytes(KEY_BYTES),
            )
        return octets(made[0]["key"])
