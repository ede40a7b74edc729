"""Another legal name: the same person, proved again to the register."""

from collections.abc import Sequence
from datetime import datetime

from auth.accounts import Accounts
from auth.changes import Changes
from auth.columns import moment
from auth.lifecycle.errors import DifferentPersons, NameNotConfirmed
from auth.lifecycle.ports import NameRegister
from auth.models import Account
from auth.secrecy import Secrecy
from auth.security.events import EventKind, Events
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id


class Names:
    """Changes of names; what somebody was called before is kept, sealed."""

    def __init__(  # noqa: PLR0913 - a name touches all of these
        self,
        clock: Clock,
        secrecy: Secrecy,
        register: NameRegister,
        *,
        accounts: Accounts,
        events: Events,
        changes: Changes,
    ) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._register = register
        self._accounts = accounts
        self._events = events
        self._changes = changes

    async def change(self, resident: Resident, name: str, id_number: str) -> Account:
        """Take the name that the register knows now; the identity number must be the account's own.

        Raises ReauthenticationNeeded, DifferentPersons, NameNotConfirmed (also for an account that was never proved),
        and what the register raises.
        """
        check_fresh(resident, self._clock.now())
        account = await self._accounts.get(resident.account)
        if account.id_number is None:
            raise NameNotConfirmed("Prove your name first: POST /api/v1/proofing/name.")
        number = id_number.replace(" ", "").upper()
        if number != account.id_number:
            raise DifferentPersons("This account was proved with another identity number.")
        if not await self._register.confirm(name, number):
            raise NameNotConfirmed("Write the name as it stands on the card.")
        return await self._rename(account, name)

    async def former(self, account: AccountId) -> Sequence[tuple[str, datetime]]:
        """The names before, and until when each was one, the last first."""
        query = "SELECT id, sealed, left_at FROM lifecycle_name WHERE account_id = ? ORDER BY id DESC LIMIT 100"
        found = await rows(query, account)
        return [
            (self._secrecy.unseal(row["sealed"], _seal_of(row["id"])).decode(), moment(row["left_at"])) for row in found
        ]

    async def _rename(self, account: Account, name: str) -> Account:
        async with transaction():
            changed = await rows(
                "UPDATE auth_account SET name = ? WHERE id = ? AND (name IS NULL OR name <> ?) RETURNING id",
                name,
                account.id,
                name,
            )
            if changed and account.name:
                await self._remember(AccountId(account.id), account.name)
            if changed:
                await self._events.record(AccountId(account.id), EventKind.NAME_CHANGED, phone=account.phone)
                await self._changes.note(AccountId(account.id))
        return await self._accounts.get(AccountId(account.id))

    async def _remember(self, account: AccountId, name: str) -> None:
        now = self._clock.now()
        entry = new_id(now)
        await rows(
            "INSERT INTO lifecycle_name (id, account_id, sealed, left_at) VALUES (?, ?, ?, ?)",
            entry,
            account,
            self._secrecy.seal(name.encode(), _seal_of(entry)),
            now,
        )


def _seal_of(entry: str) -> str:
    return f"former name {entry}"
