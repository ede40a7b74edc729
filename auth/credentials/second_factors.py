"""The second factor: an authenticator app, with recovery codes for when it is lost.

A code is taken in two steps, as codes by text message are: a try is spent and committed before anything is compared,
then one conditional UPDATE takes the time step, so that of two with the same code one wins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from auth.columns import maybe_moment
from auth.credentials.errors import SecondFactorOff
from auth.credentials.passkeys import shown_name
from auth.credentials.precautions import Precautions
from auth.credentials.recovery import RecoveryCodes
from auth.credentials.totp import matching_step, new_totp_secret, provisioning_uri, shown
from auth.errors import TooManyTries, WrongCode
from auth.models import Account
from auth.secrecy import Secrecy
from auth.security.events import EventKind, Events
from auth.sessions import Sessions
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId

Method = Literal["totp", "recovery-code"]
_HOUR = timedelta(hours=1)
_OF_THE_SECOND = frozenset({"otp", "recovery", "mfa"})
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ConfirmedApp:
    """The recovery codes, shown this once, and the secret under which the session goes on."""

    recovery_codes: list[str]
    session_secret: str


class SecondFactors:
    """The authenticator apps of all accounts."""

    def __init__(  # noqa: PLR0913 - what it keeps secret, whom it tells
        self,
        clock: Clock,
        *,
        secrecy: Secrecy,
        recovery: RecoveryCodes,
        precautions: Precautions,
        events: Events,
        sessions: Sessions,
        tries_hour: int,
    ) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._recovery = recovery
        self._precautions = precautions
        self._events = events
        self._sessions = sessions
        self._tries_hour = tries_hour

    async def since(self, account: AccountId) -> datetime | None:
        """Since when the account asks for a second factor; None while it does not."""
        found = await rows("SELECT since FROM credentials_totp WHERE account_id = ? AND sealed IS NOT NULL", account)
        return maybe_moment(found[0]["since"]) if found else None

    async def begin(self, resident: Resident) -> tuple[str, str]:
        """A new app's secret in base32 and its URI; the app before, if there is one, counts until this is confirmed."""
        account, secret = await Account.get(id=resident.account), new_totp_secret()
        async with transaction():
            await rows(
                "INSERT INTO credentials_totp (account_id, pending, last_step, tries) VALUES (?, ?, 0, 0) "
                "ON CONFLICT (account_id) DO UPDATE SET pending = excluded.pending",
                resident.account,
                self._secrecy.seal(secret, _seal_of(resident.account)),
            )
        return shown(secret), provisioning_uri(secret, shown_name(account))

    async def confirm(self, resident: Resident, code: str) -> ConfirmedApp:
        """The app shows the right code: it counts from now on, and in this session already.

        Raises SecondFactorOff where none was begun, TooManyTries, WrongCode.
        """
        row = await self._spend_try(resident.account, "pending")
        step = self._step(resident.account, row["pending"], code)
        if step is None:
            raise WrongCode("Type the six digits that the app shows now.")
        async with transaction():
            first = await self._precautions.is_first(resident)
            await self._take_over(resident.account, row["pending"], step)
            codes = await self._recovery.make(resident.account)
            secret = await self._sessions.strengthen(resident, with_app(resident.amr))
            await self._precautions.take(resident, EventKind.SECOND_FACTOR_ADDED, first=first)
        return ConfirmedApp(codes, secret)

    async def remove(self, resident: Resident) -> None:
        """One factor is enough from now on, and the recovery codes are gone; removing none is no change."""
        async with transaction():
            gone = await rows("DELETE FROM credentials_totp WHERE account_id = ? RETURNING sealed", resident.account)
            await self._recovery.remove(resident.account)
            if gone and gone[0]["sealed"]:
                await self._precautions.take(resident, EventKind.SECOND_FACTOR_REMOVED)

    async def make_recovery_codes(self, resident: Resident) -> list[str]:
        """Ten new ones, which replace those before; raises SecondFactorOff."""
        async with transaction():
            if await self.since(resident.account) is None:
                raise SecondFactorOff("Recovery codes stand in for an authenticator app: set one up first.")
            codes = await self._recovery.make(resident.account)
            await self._precautions.take(resident, EventKind.RECOVERY_CODES_MADE)
        return codes

    async def methods(self, account: AccountId) -> list[Method]:
        """What the account has for a second factor; none: it asks for none."""
        if await self.since(account) is None:
            return []
        return ["totp", "recovery-code"] if await self._recovery.left(account) else ["totp"]

    async def spend_try(self, account: AccountId, method: Method) -> None:
        """To be called before `accept`, outside of a transaction; raises TooManyTries, SecondFactorOff."""
        if method == "totp":
            await self._spend_try(account, "sealed")

    async def accept(self, account: AccountId, method: Method, code: str) -> bool:
        """Use the code up, in the open transaction; whether it was right and new."""
        if method == "totp":
            return await self._accept_totp(account, code)
        used = await self._recovery.use(account, code)
        if used:
            phone = (await Account.get(id=account)).phone
            left = str(await self._recovery.left(account))
            await self._events.record(account, EventKind.RECOVERY_CODE_USED, phone=phone, left=left)
        return used

    async def _accept_totp(self, account: AccountId, code: str) -> bool:
        found = await rows("SELECT sealed FROM credentials_totp WHERE account_id = ? AND sealed IS NOT NULL", account)
        step = self._step(account, found[0]["sealed"], code) if found else None
        if step is None:
            return False
        taken = await rows(
            "UPDATE credentials_totp SET last_step = ?, tries = 0 WHERE account_id = ? AND sealed = ? "
            "AND last_step < ? RETURNING account_id",
            step,
            account,
            found[0]["sealed"],
            step,
        )
        return bool(taken)

    async def _take_over(self, account: AccountId, pending: str, step: int) -> None:
        confirmed = await rows(
            "UPDATE credentials_totp SET sealed = pending, pending = NULL, since = ?, last_step = ?, tries = 0 "
            "WHERE account_id = ? AND pending = ? RETURNING account_id",
            self._clock.now(),
            step,
            account,
            pending,
        )
        if not confirmed:
            raise SecondFactorOff("This app was confirmed already, or another one was begun.")

    async def _spend_try(self, account: AccountId, column: Literal["sealed", "pending"]) -> dict[str, Any]:
        now = self._clock.now()
        async with transaction():
            spent = await rows(
                "UPDATE credentials_totp SET tries = CASE WHEN tries_until > ? THEN tries + 1 ELSE 1 END, "  # noqa: S608 - two columns
                "tries_until = CASE WHEN tries_until > ? THEN tries_until ELSE ? END "
                f"WHERE account_id = ? AND {column} IS NOT NULL "
                "AND (tries_until IS NULL OR tries_until <= ? OR tries < ?) RETURNING sealed, pending",
                now,
                now,
                now + _HOUR,
                account,
                now,
                self._tries_hour,
            )
        if not spent:
            raise await self._refusal(account, column)
        return spent[0]

    async def _refusal(self, account: AccountId, column: str) -> SecondFactorOff | TooManyTries:
        found = await rows("SELECT sealed, pending, tries_until FROM credentials_totp WHERE account_id = ?", account)
        if not found or found[0][column] is None:
            return SecondFactorOff("Set an authenticator app up first.")
        until = maybe_moment(found[0]["tries_until"]) or self._clock.now()
        wait = int((until - self._clock.now()).total_seconds()) + 1
        return TooManyTries("Wait, or use a recovery code or a passkey.", retry_after=wait)

    def _step(self, account: AccountId, sealed: str, code: str) -> int | None:
        if not (len(code) == _DIGITS and code.isascii()):
            return None
        return matching_step(self._secrecy.unseal(sealed, _seal_of(account)), code, self._clock.now())


def _seal_of(account: AccountId) -> str:
    return f"totp {account}"


def with_app(amr: tuple[str, ...]) -> tuple[str, ...]:
    """The means of a session whose resident gave the app's code too: its first factor stays."""
    return (*(mean for mean in amr if mean not in _OF_THE_SECOND), "otp", "mfa")
