"""Passwords: set, removed, compared; none is kept but as its hash."""

from dataclasses import dataclass
from datetime import datetime

from auth.columns import moment
from auth.credentials.hashing import Hashing
from auth.credentials.policy import Owner, PasswordPolicy, prepared
from auth.credentials.precautions import Precautions
from auth.models import Account
from auth.security.events import EventKind
from core.access import Resident
from core.clock import Clock
from core.database import rows, statement, transaction
from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """An account's hash; None where it has no password."""

    account: AccountId
    hash: str | None


class Passwords:
    """The passwords of all accounts."""

    def __init__(self, clock: Clock, hashing: Hashing, policy: PasswordPolicy, precautions: Precautions) -> None:
        self._clock = clock
        self._hashing = hashing
        self._policy = policy
        self._precautions = precautions

    async def set(self, resident: Resident, password: str) -> None:
        """Set or replace the password; raises PasswordRefused, PasswordsBusy."""
        account = await Account.get(id=resident.account)
        text = prepared(password)
        self._policy.check(text, Owner(account.phone, account.name))
        hashed = await self._hashing.hash(text)
        async with transaction():
            first = await self._precautions.is_first(resident)
            await rows(
                "INSERT INTO credentials_password (account_id, hash, changed_at) VALUES (?, ?, ?) "
                "ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
                resident.account,
                hashed,
                self._clock.now(),
            )
            await self._precautions.take(resident, EventKind.PASSWORD_CHANGED, first=first)

    async def remove(self, resident: Resident) -> None:
        """Sign in without one from now on; removing none is no change."""
        async with transaction():
            gone = await rows(
                "DELETE FROM credentials_password WHERE account_id = ? RETURNING account_id", resident.account
            )
            if gone:
                await self._precautions.take(resident, EventKind.PASSWORD_REMOVED)

    async def changed_at(self, account: AccountId) -> datetime | None:
        """Since when the account has its password; None without one."""
        found = await rows("SELECT changed_at FROM credentials_password WHERE account_id = ?", account)
        return moment(found[0]["changed_at"]) if found else None

    async def of(self, account: AccountId) -> StoredPassword:
        """The same query, whatever is there."""
        found = await rows("SELECT hash FROM credentials_password WHERE account_id = ?", account)
        return StoredPassword(account, found[0]["hash"] if found else None)

    async def right(self, stored: StoredPassword, password: str) -> bool:
        """Whether it is the password: the same work where there is none. Raises PasswordsBusy."""
        text = prepared(password)
        right = await self._hashing.matches(text, stored.hash)
        if right and stored.hash and self._hashing.outdated(stored.hash):
            await self._hash_anew(stored, text)
        return right

    async def _hash_anew(self, stored: StoredPassword, text: str) -> None:
        """With the parameters of now; no change that anybody is told of."""
        await statement(
            "UPDATE credentials_password SET hash = ? WHERE account_id = ? AND hash = ?",
            await self._hashing.hash(text),
            stored.account,
            stored.hash,
        )
