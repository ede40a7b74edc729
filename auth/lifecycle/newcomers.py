"""Somebody proves a number whose account may be another person's by now (auth/lifecycle/numbers.py says when).

A code by text message does not open that account. Its owner still gets in: by a password or a passkey, by the second
factor besides the code, or by saying who they are, which puts the account on hold. A newcomer declares to be one and
has a fresh account; the old one's owner is told, and keeps everything but the number.
"""

import hmac
from datetime import timedelta
from typing import Any

from auth.accounts import Accounts
from auth.lifecycle.errors import NewcomerExpired, NumberRecycled, WrongIdentity
from auth.lifecycle.numbers import Numbers
from auth.lifecycle.ports import Holds
from auth.models import Account
from auth.secrecy import digest
from auth.sessions import Sessions
from auth.sign_in import Entrance, SecondFactors, SignedIn, Visitor, session_of
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_secret

_TRIES = 3


class Newcomers:
    """Those who proved such a number, under tickets that count in one browser."""

    def __init__(  # noqa: PLR0913 - what signing in touches
        self,
        clock: Clock,
        seconds: int,
        *,
        numbers: Numbers,
        accounts: Accounts,
        sessions: Sessions,
        holds: Holds,
        second_factors: SecondFactors,
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._numbers = numbers
        self._accounts = accounts
        self._entrance = Entrance(sessions, second_factors)
        self._holds = holds
        self._second_factors = second_factors

    async def owner_for_sign_in(self, phone: str, browser: str) -> NumberRecycled | None:
        """What to refuse with, once the open transaction is committed; None: a code may open the number's account.

        For auth/sign_in.py, after the code was used up and before the account is looked for or made. The refusal has a
        `ticket` for `begin_anew` and `prove_owner`, and as `second_factor` what completes the sign-in of an account
        that asks for two factors, as `second-factor-needed` would say it.
        """
        if await self._numbers.used_lately(phone):
            return None
        account = await self._accounts.of_phone(phone)
        if account is None or not await self._numbers.may_be_recycled(account):
            return None
        missing = await self._second_factors.ask(AccountId(account.id), ("sms",), browser)
        return NumberRecycled(
            "If the account is yours: sign in with what else it has, or say who you are. If not: begin anew.",
            ticket=await self._issue(account, phone, browser),
            expires_in=self._seconds,
            second_factor=missing.members if missing else None,
        )

    async def begin_anew(self, ticket: str, visitor: Visitor) -> SignedIn:
        """A fresh account with the number.

        Raises NewcomerExpired, also when the old account was used in the meantime.
        """
        async with transaction():
            phone = (await self._use(ticket, visitor.browser))["phone"]
            owner = await self._accounts.of_phone(phone)
            if owner and not await self._numbers.may_be_recycled(owner):
                raise NewcomerExpired("The account of this number is in use again.")
            if owner and not await self._numbers.take_from(owner, phone):
                raise NewcomerExpired("Somebody else began anew with this number.")
            account, _ = await self._accounts.for_phone(phone)
            return await self._entrance.open(account, ("sms",), visitor, new=True)

    async def prove_owner(self, ticket: str, name: str, id_number: str, visitor: Visitor) -> SignedIn:
        """Open the old account to whoever knows whose it is; it is on hold then.

        Raises NewcomerExpired, WrongIdentity (also where nobody was ever proved), SecondFactorNeeded.
        """
        spent = await self._spend_try(ticket, visitor.browser)
        account = await self._accounts.get(AccountId(spent["account_id"]))
        if not _is(account, name, id_number):
            raise WrongIdentity("Look at the name and the number again.", tries_left=_TRIES - spent["tries"])
        async with transaction():
            await self._use(ticket, visitor.browser)
            outcome = await self._entrance.ask_or_open(account, ("sms",), visitor)
            await self._holds.place(AccountId(account.id), "number proved by identity")
        return session_of(outcome)

    async def remove_expired(self) -> None:
        """Forget the tickets whose time is over."""
        await rows("DELETE FROM lifecycle_newcomer WHERE expires_at <= ?", self._clock.now())

    async def _issue(self, account: Account, phone: str, browser: str) -> str:
        ticket = new_secret()
        await rows(
            "INSERT INTO lifecycle_newcomer (digest, browser, phone, account_id, tries, expires_at) "
            "VALUES (?, ?, ?, ?, 0, ?)",
            digest(ticket),
            digest(browser),
            phone,
            account.id,
            self._clock.now() + timedelta(seconds=self._seconds),
        )
        return ticket

    async def _spend_try(self, ticket: str, browser: str) -> dict[str, Any]:
        """Committed before anything is compared."""
        async with transaction():
            spent = await rows(
                "UPDATE lifecycle_newcomer SET tries = tries + 1 WHERE digest = ? AND browser = ? AND used_at IS NULL "
                "AND expires_at > ? AND tries < ? RETURNING account_id, tries",
                digest(ticket),
                digest(browser),
                self._clock.now(),
                _TRIES,
            )
        if not spent:
            raise NewcomerExpired("Ask for a code again.")
        return spent[0]

    async def _use(self, ticket: str, browser: str) -> dict[str, Any]:
        now = self._clock.now()
        used = await rows(
            "UPDATE lifecycle_newcomer SET used_at = ? WHERE digest = ? AND browser = ? AND used_at IS NULL "
            "AND expires_at > ? RETURNING phone, account_id",
            now,
            digest(ticket),
            digest(browser),
            now,
        )
        if not used:
            raise NewcomerExpired("Ask for a code again.")
        return used[0]


def _is(account: Account, name: str, id_number: str) -> bool:
    if not account.name or not account.id_number:
        return False
    typed = f"{name.strip()}\n{id_number.replace(' ', '').upper()}"
    return hmac.compare_digest(typed.encode(), f"{account.name}\n{account.id_number}".encode())
