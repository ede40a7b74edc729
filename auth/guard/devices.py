"""Browsers that an account knows: those that signed in to it before."""

from datetime import datetime, timedelta

from auth.columns import moment
from auth.guard.caller import Caller
from auth.secrecy import Secrecy
from core.clock import Clock
from core.database import rows, statement
from core.ids import AccountId, new_secret

_RENEWED_AFTER = timedelta(days=30)
"""A browser that signs in every day is written down once a month."""


class KnownDevices:
    """One long-lived cookie a browser, hashed together with each account that it signed in to."""

    def __init__(self, clock: Clock, secrecy: Secrecy, days: int) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._life = timedelta(days=days)

    async def knows(self, who: str, caller: Caller) -> bool:
        """Whether the caller's browser signed in to this account (an id, or a phone number) before."""
        return await self._known_until(who, caller) is not None

    async def _known_until(self, who: str, caller: Caller) -> datetime | None:
        """The same statements are made for a number that has no account."""
        if not caller.device:
            return None
        found = await rows("SELECT id FROM auth_account WHERE phone = ? OR id = ?", who, who)
        key = self._id(found[0]["id"] if found else who, caller.device)
        kept = await rows("SELECT ends_at FROM guard_device WHERE id = ? AND ends_at > ?", key, self._clock.now())
        return moment(kept[0]["ends_at"]) if kept else None

    async def knows_any(self, account: AccountId) -> bool:
        """Whether any browser signed in to the account before."""
        now = self._clock.now()
        query = "SELECT 1 AS known FROM guard_device WHERE account_id = ? AND ends_at > ? LIMIT 1"
        return bool(await rows(query, account, now))

    async def remember(self, account: AccountId, caller: Caller) -> str:
        """Know the browser from now on; the value for its cookie, the one it had or a new one."""
        until = await self._known_until(account, caller)
        if until and until > self._clock.now() + self._life - _RENEWED_AFTER:
            return caller.device
        device = caller.device or new_secret()
        await statement(
            "INSERT INTO guard_device (id, account_id, ends_at) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at",
            self._id(account, device),
            account,
            self._clock.now() + self._life,
        )
        return device

    def _id(self, account: str, device: str) -> str:
        return self._secrecy.hashed("device", account, device)
