"""Phone numbers come and go: an account gets another one, and operators give old ones to other people.

A number that is left is remembered by a keyed hash with its time. An account that is worth protecting (it is proved, or
has a password, a passkey or a second factor) and was not used for `recycled_idle_days` is not opened by a text message
alone any more: whoever holds the number now may be somebody else (auth/lifecycle/newcomers.py).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from auth.accounts import Accounts
from auth.changes import Changes
from auth.codes import Codes, Purpose
from auth.columns import maybe_moment
from auth.lifecycle.errors import NumberTaken
from auth.lifecycle.ports import Holds, OtherMeans
from auth.lifecycle.settings import LifecycleSettings
from auth.masking import masked_phone
from auth.models import Account
from auth.phones import phone_of
from auth.secrecy import Secrecy
from auth.security.events import EventKind, Events
from auth.sessions import Sessions
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id

_PROVED = 2
"""From this level on somebody else's data hangs on the account."""


class Numbers:
    """The numbers of all accounts, and whose they were."""

    def __init__(  # noqa: PLR0913 - a number touches all of these
        self,
        clock: Clock,
        settings: LifecycleSettings,
        secrecy: Secrecy,
        *,
        accounts: Accounts,
        sessions: Sessions,
        codes: Codes,
        events: Events,
        changes: Changes,
        holds: Holds,
        other_means: OtherMeans,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._secrecy = secrecy
        self._accounts = accounts
        self._sessions = sessions
        self._codes = codes
        self._events = events
        self._changes = changes
        self._holds = holds
        self._other_means = other_means

    def check_fresh(self, resident: Resident) -> None:
        """Raises ReauthenticationNeeded: before anything is counted against a number."""
        check_fresh(resident, self._clock.now())

    async def send_code(self, resident: Resident, typed_phone: str, address: str) -> None:
        """A code to the new number, good for this session; the same whether or not somebody has the number.

        Raises ReauthenticationNeeded, InvalidPhone, TooManyCodes, SMSUnavailable.
        """
        check_fresh(resident, self._clock.now())
        await self._codes.send(phone_of(typed_phone), Purpose.PHONE_CHANGE, resident.session, address)

    async def change(self, resident: Resident, typed_phone: str, code: str) -> Account:
        """Move the account to the new number; the old one is told, other sessions end, the account is on hold.

        Raises ReauthenticationNeeded, InvalidPhone, WrongCode, CodeExpired, TooManyTries, and NumberTaken for the
        number of an account that somebody uses.
        """
        check_fresh(resident, self._clock.now())
        phone = phone_of(typed_phone)
        challenge = await self._codes.check(phone, Purpose.PHONE_CHANGE, resident.session, code)
        try:
            async with transaction():
                await self._codes.use(challenge)
                await self._free(phone)
                await self._move(resident, phone)
        except IntegrityError as error:  # two who proved the same number at once
            raise NumberTaken("Merge the two accounts, or use another number.") from error
        return await self._accounts.get(resident.account)

    async def former(self, phone: str) -> list[tuple[AccountId, datetime]]:
        """Whose number this was, and until when, the last first."""
        query = "SELECT account_id, left_at FROM lifecycle_number WHERE phone_hash = ? ORDER BY id DESC LIMIT 100"
        found = await rows(query, self._hash(phone))
        return [(AccountId(row["account_id"]), at) for row in found if (at := maybe_moment(row["left_at"]))]

    async def used_lately(self, phone: str) -> bool:
        """Whether the number is new to us or was signed in with not long ago: one look, at every sign-in by code."""
        found = await rows(
            "SELECT a.used_at, a.created_at, (SELECT MAX(s.last_seen_at) FROM auth_session s "
            "WHERE s.account_id = a.id) AS seen FROM auth_account a WHERE a.phone = ?",
            phone,
        )
        return not found or not self._idle([maybe_moment(found[0][name]) for name in ("used_at", "created_at", "seen")])

    async def may_be_recycled(self, account: Account) -> bool:
        """Whether a text message alone must not open the account: worth protecting, and unused for long."""
        if account.closed_at:
            return False
        found = await rows("SELECT MAX(last_seen_at) AS seen FROM auth_session WHERE account_id = ?", account.id)
        if not self._idle([maybe_moment(found[0]["seen"]), account.used_at, account.created_at]):
            return False
        return account.loa >= _PROVED or await self._other_means.strong(AccountId(account.id))

    def _idle(self, uses: Iterable[datetime | None]) -> bool:
        last = max(each for each in uses if each)
        return self._clock.now() - last > timedelta(days=self._settings.recycled_idle_days)

    async def _free(self, phone: str) -> None:
        """Take the number from an account that was left to itself; raises NumberTaken."""
        held = await self._accounts.of_phone(phone)
        if held is None:
            return
        if not await self.may_be_recycled(held):
            raise NumberTaken("Merge the two accounts, or use another number.")
        if not await self.take_from(held, phone):
            raise NumberTaken("Merge the two accounts, or use another number.")

    async def take_from(self, owner: Account, phone: str) -> bool:
        """In the open transaction: the number goes to somebody else, which `owner` hears of by its other channels.

        False where it is the owner's no more: of two who take it at once, one does.
        """
        query = (
            "UPDATE auth_account SET phone = NULL WHERE phone = ? AND (id = ? OR merged_into IS NOT NULL) RETURNING id"
        )
        left = await rows(query, phone, owner.id)
        if not left:
            return False
        await self._remember(AccountId(left[0]["id"]), phone, "recycled")
        owner_id = AccountId(owner.id)
        await self._events.record(owner_id, EventKind.NUMBER_RECYCLED, number=masked_phone(phone) or "")
        await self._sessions.end_all(owner_id)
        await self._changes.note(owner_id)
        return True

    async def _move(self, resident: Resident, phone: str) -> None:
        old = (await self._accounts.get(resident.account)).phone
        await rows("UPDATE auth_account SET phone = ? WHERE id = ?", phone, resident.account)
        if old:
            await self._remember(resident.account, old, "changed")
        number = masked_phone(phone) or ""
        await self._events.record(resident.account, EventKind.PHONE_CHANGED, phone=old, number=number)
        await self._sessions.end_all(resident.account, but=resident.session)
        await self._holds.place(resident.account, "phone changed")

    async def _remember(self, account: AccountId, phone: str, why: str) -> None:
        now = self._clock.now()
        await rows(
            "INSERT INTO lifecycle_number (id, account_id, phone_hash, why, left_at) VALUES (?, ?, ?, ?, ?)",
            new_id(now),
            account,
            self._hash(phone),
            why,
            now,
        )

    def _hash(self, phone: str) -> str:
        return self._secrecy.hashed("former number", phone)
