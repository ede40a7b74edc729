"""Accounts: one natural person each, found by their phone number."""

from typing import Literal

from auth.changes import Changes
from auth.models import Account
from auth.phones import phone_of
from auth.proofing import evidence, identities
from auth.proofing.id_numbers import number_digest
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id

Locale = Literal["zh-CN", "en"]


class Accounts:
    """The register of accounts."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes

    async def get(self, account_id: AccountId) -> Account:
        """An account that is known to exist."""
        return await Account.get(id=account_id)

    async def for_phone(self, phone: str) -> tuple[Account, bool]:
        """The account of a number that was proved, and whether it is new; the number is as `phone_of` gives it.

        An account that was merged is opened as the one it was merged into.
        """
        async with transaction():
            made = await rows(
                "INSERT INTO auth_account (id, phone, loa, locale, elder, created_at) "
                "VALUES (?, ?, 1, 'zh-CN', FALSE, ?) ON CONFLICT (phone) DO NOTHING RETURNING id",
                new_id(self._clock.now()),
                phone,
                self._clock.now(),
            )
            return await self._survivor(await Account.get(phone=phone)), bool(made)

    async def of_phone(self, phone: str) -> Account | None:
        """The account that a number opens, as `for_phone`, or None; makes none."""
        found = await Account.get_or_none(phone=phone)
        return await self._survivor(found) if found else None

    async def kin(self, account_id: AccountId) -> list[AccountId]:
        """The account first, and then those that were merged into it, or into one of those."""
        found = await rows(
            "WITH RECURSIVE kin(id, depth) AS (SELECT id, 0 FROM auth_account WHERE id = ? UNION ALL "
            "SELECT a.id, kin.depth + 1 FROM auth_account a JOIN kin ON a.merged_into = kin.id) "
            "SELECT id FROM kin ORDER BY depth, id",
            account_id,
        )
        return [AccountId(row["id"]) for row in found] or [account_id]

    async def _survivor(self, account: Account) -> Account:
        while account.merged_into:
            account = await Account.get(id=account.merged_into)
        return account

    async def update_preferences(
        self, account_id: AccountId, *, locale: Locale | None = None, elder: bool | None = None
    ) -> Account:
        """Change what is given; None leaves a preference as it is."""
        async with transaction():
            account = await Account.get(id=account_id)
            account.locale = account.locale if locale is None else locale
            account.elder = account.elder if elder is None else elder
            await account.save(update_fields=["locale", "elder"])
        return account

    async def register(self, phone: str, *, name: str, id_number: str, loa: int) -> Account:
        """Enter a resident whose identity was proved elsewhere; repeating it changes nothing more.

        A level that was reached otherwise since stays, where it is higher. Raises InvalidPhone, IdentityTaken.
        """
        async with transaction():
            account, _ = await self.for_phone(phone_of(phone))
            if not await identities.enter(AccountId(account.id), number_digest(id_number)):
                raise identities.taken()
            await evidence.enter(AccountId(account.id), loa, self._clock.now())
            account.name, account.id_number = name, id_number
            account.loa = await evidence.level_of(AccountId(account.id), self._clock.now())
            await account.save(update_fields=["name", "id_number", "loa"])
            await self._changes.note(AccountId(account.id))
        return account
