"""Two accounts of one person become one, and can be parted again for a while.

A matching number or name never merges anything: the person signs in to the one, freshly, and proves the other's number
and second factor besides. The absorbed account stays as it is, but for what moved: its row points at the survivor, its
pairwise subjects go on finding the person (auth/subjects.py), its number opens the survivor, its own passwords and
passkeys open nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth.accounts import Accounts
from auth.changes import Changes
from auth.codes import Codes, Purpose
from auth.columns import from_json, moment, to_json
from auth.errors import WrongCode
from auth.lifecycle.areas import Areas
from auth.lifecycle.errors import (
    AccountUnknown,
    DeletionWaits,
    DifferentPersons,
    MergeTheOtherWay,
    MergeTooOld,
    MergeUnknown,
    SameAccount,
    SecondFactorMissing,
)
from auth.lifecycle.numbers import Numbers
from auth.lifecycle.ports import FactorMethod, Holds, OtherMeans
from auth.lifecycle.settings import LifecycleSettings
from auth.masking import masked_phone
from auth.models import Account
from auth.phones import phone_of
from auth.security.events import EventKind, Events
from auth.sessions import Sessions
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that can be undone until `undo_until`; `phone` is the absorbed account's."""

    id: str
    phone: str | None
    merged_at: datetime
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """What proves the account that is to be absorbed: a code to its number, and of its second factor."""

    phone: str
    code: str
    method: FactorMethod | None = None
    factor_code: str | None = None


class Merges:
    """What was merged into what."""

    def __init__(  # noqa: PLR0913 - a merge touches all of these
        self,
        clock: Clock,
        settings: LifecycleSettings,
        areas: Areas,
        *,
        accounts: Accounts,
        sessions: Sessions,
        codes: Codes,
        events: Events,
        changes: Changes,
        other_means: OtherMeans,
        numbers: Numbers,
        holds: Holds,
    ) -> None:
        self._clock = clock
        self._undo_for = timedelta(days=settings.merge_undo_days)
        self._areas = areas
        self._accounts = accounts
        self._sessions = sessions
        self._codes = codes
        self._events = events
        self._changes = changes
        self._other_means = other_means
        self._numbers = numbers
        self._holds = holds

    def check_fresh(self, resident: Resident) -> None:
        """Raises ReauthenticationNeeded: before anything is counted against a number."""
        check_fresh(resident, self._clock.now())

    async def send_code(self, resident: Resident, typed_phone: str, address: str) -> None:
        """A code to the other account's number, good for this session; the same whether or not it has an account.

        Raises ReauthenticationNeeded, InvalidPhone, TooManyCodes, SMSUnavailable.
        """
        check_fresh(resident, self._clock.now())
        await self._codes.send(phone_of(typed_phone), Purpose.MERGE, resident.session, address)

    async def merge(self, resident: Resident, other: OtherAccount) -> Merged:
        """Take the other account into this one, which is on hold then: another number opens it.

        Raises ReauthenticationNeeded, InvalidPhone, WrongCode, CodeExpired, TooManyTries, SecondFactorMissing,
        AccountUnknown, SameAccount, DifferentPersons, DeletionWaits, and MergeTheOtherWay when the other one is proved
        better, or is not to be opened by a code alone.
        """
        check_fresh(resident, self._clock.now())
        phone = phone_of(other.phone)
        challenge = await self._codes.check(phone, Purpose.MERGE, resident.session, other.code)
        absorbed = await self._absorbed(phone)
        survivor = await self._accounts.get(resident.account)
        _check_one_person(survivor, absorbed)
        await self._check_second_factor(AccountId(absorbed.id), other)
        async with transaction():
            await self._codes.use(challenge)
            await self._accept_second_factor(AccountId(absorbed.id), other)
            return await self._absorb(absorbed, survivor)

    async def undoable(self, account: AccountId) -> list[Merged]:
        """The merges that can still be undone, the last first."""
        found = await rows(
            "SELECT m.id, m.merged_at, a.phone FROM lifecycle_merge m JOIN auth_account a ON a.id = m.absorbed_id "
            "WHERE m.account_id = ? AND m.undone_at IS NULL AND m.merged_at > ? ORDER BY m.id DESC LIMIT 100",
            account,
            self._clock.now() - self._undo_for,
        )
        return [self._merged(row["id"], row["phone"], moment(row["merged_at"])) for row in found]

    async def undo(self, resident: Resident, merge_id: str) -> None:
        """Part the two again: what moved goes back, as far as it is still there; all other sessions end.

        Raises ReauthenticationNeeded, MergeUnknown, MergeTooOld.
        """
        now = self._clock.now()
        check_fresh(resident, now)
        async with transaction():
            undone = await rows(
                "UPDATE lifecycle_merge SET undone_at = ? WHERE id = ? AND account_id = ? AND undone_at IS NULL "
                "RETURNING absorbed_id, moved, merged_at",
                now,
                merge_id,
                resident.account,
            )
            if not undone:
                raise MergeUnknown("Take the id from the list of your merges.")
            if moment(undone[0]["merged_at"]) <= now - self._undo_for:
                raise MergeTooOld("The time to part the two is over.")
            await self._sessions.end_all(resident.account, but=resident.session)
            await self._part(AccountId(undone[0]["absorbed_id"]), resident.account, from_json(undone[0]["moved"]))

    async def _absorbed(self, phone: str) -> Account:
        account = await self._accounts.of_phone(phone)
        if account is None:
            raise AccountUnknown("Change your number to it instead.")
        if account.closed_at or await rows(_DELETION_WAITS, account.id):
            raise DeletionWaits("Cancel the other account's deletion first.")
        return account

    async def _check_second_factor(self, absorbed: AccountId, other: OtherAccount) -> None:
        methods = await self._other_means.methods(absorbed)
        if not methods:
            await self._check_number(absorbed)
            return
        if other.method is None or other.factor_code is None:
            raise SecondFactorMissing("Send a code of it as well.", methods=list(methods))
        await self._other_means.spend_try(absorbed, other.method)

    async def _check_number(self, absorbed: AccountId) -> None:
        """A code proves no more here than where one signs in: whoever has the number now may be somebody else."""
        account = await self._accounts.get(absorbed)
        if await self._numbers.may_be_recycled(account):
            raise MergeTheOtherWay("It was not used for long: sign in with its number first.", loa=account.loa)

    async def _accept_second_factor(self, absorbed: AccountId, other: OtherAccount) -> None:
        if not await self._other_means.methods(absorbed):
            return
        right = (
            other.method
            and other.factor_code
            and await self._other_means.accept(absorbed, other.method, other.factor_code)
        )
        if not right:
            raise WrongCode("Type a code of the other account's second factor that was not used yet.")

    async def _absorb(self, absorbed: Account, survivor: Account) -> Merged:
        now, gone, into = self._clock.now(), AccountId(absorbed.id), AccountId(survivor.id)
        for each in sorted((gone, into)):  # in one order, and both held: of two that take in each other, one does
            if not await rows(_STILL_OPEN, each):
                raise SameAccount("One of the two was merged or closed already.")
        await rows("UPDATE auth_account SET merged_into = ? WHERE id = ?", into, gone)
        moved = {each.area: await each.merged(gone, into) for each in self._areas}
        merge_id = new_id(now)
        await rows(
            "INSERT INTO lifecycle_merge (id, account_id, absorbed_id, moved, merged_at) VALUES (?, ?, ?, ?, ?)",
            merge_id,
            into,
            gone,
            to_json(moved),
            now,
        )
        await self._sessions.end_all(gone)
        await self._tell(EventKind.ACCOUNTS_MERGED, survivor, absorbed)
        await self._changes.note(gone)
        await self._holds.place(into, "accounts merged")
        return self._merged(merge_id, absorbed.phone, now)

    async def _part(self, absorbed: AccountId, survivor: AccountId, moved: Mapping[str, Any]) -> None:
        await rows("UPDATE auth_account SET merged_into = NULL WHERE id = ? AND merged_into = ?", absorbed, survivor)
        for area, what in moved.items():
            keeper = self._areas.find(area)
            if keeper:
                await keeper.parted(absorbed, survivor, what)
        both = await self._accounts.get(survivor), await self._accounts.get(absorbed)
        await self._tell(EventKind.MERGE_UNDONE, *both)
        await self._changes.note(absorbed)
        await self._changes.note(survivor)

    async def _tell(self, kind: EventKind, survivor: Account, absorbed: Account) -> None:
        """Both numbers: whoever did this had one of the two in hand."""
        number = masked_phone(absorbed.phone) or ""
        await self._events.record(AccountId(survivor.id), kind, phone=survivor.phone, number=number)
        if absorbed.phone:
            other = masked_phone(survivor.phone) or ""
            await self._events.record(AccountId(absorbed.id), kind, phone=absorbed.phone, number=other)

    def _merged(self, merge_id: str, phone: str | None, at: datetime) -> Merged:
        return Merged(merge_id, phone, at, at + self._undo_for)


_STILL_OPEN = (
    "UPDATE auth_account SET merged_into = merged_into WHERE id = ? AND merged_into IS NULL AND closed_at IS NULL "
    "RETURNING id"
)
_DELETION_WAITS = "SELECT account_id FROM lifecycle_deletion WHERE account_id = ?"


def _check_one_person(survivor: Account, absorbed: Account) -> None:
    if survivor.id == absorbed.id:
        raise SameAccount("Give the number of the other account.")
    if survivor.id_number and absorbed.id_number and survivor.id_number != absorbed.id_number:
        raise DifferentPersons("They were proved with two identity numbers.")
    if absorbed.loa > survivor.loa:
        raise MergeTheOtherWay("Sign in with the other number, and merge this account into that one.", loa=absorbed.loa)
