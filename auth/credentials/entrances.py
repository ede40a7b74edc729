"""The ways to sign in beside the code by text message: password, passkey, and the second factor after either."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auth.accounts import Accounts
from auth.credentials.assertions import PasskeyAssertions
from auth.credentials.errors import WrongCredentials
from auth.credentials.passwords import Passwords
from auth.credentials.proofs import SecondProofs
from auth.credentials.second_factors import Method
from auth.credentials.tickets import Destination
from auth.guard.attempts import AttemptKind
from auth.guard.caller import Caller
from auth.guard.services import GuardServices
from auth.models import Account
from auth.phones import phone_of
from auth.sign_in import Entrance, SignedIn, Visitor, guarding, known_from_now, session_of
from core.database import transaction
from core.ids import AccountId
from core.problems import Unauthenticated

_NOBODY = ""
"""No account has this id: a number without one is looked up all the same."""


class Entrances:
    """Each opens a session for a visitor, or raises what is missing."""

    def __init__(  # noqa: PLR0913 - what is proved, by what, and what stands before it
        self,
        accounts: Accounts,
        entrance: Entrance,
        *,
        passwords: Passwords,
        assertions: PasskeyAssertions,
        second: SecondProofs,
        guard: GuardServices,
    ) -> None:
        self._accounts = accounts
        self._entrance = entrance
        self._passwords = passwords
        self._assertions = assertions
        self._second = second
        self._guard = guard

    async def by_password(self, typed_phone: str, password: str, visitor: Visitor, caller: Caller) -> SignedIn:
        """A number without an account and an account without a password cost and answer what a wrong one does.

        Raises InvalidPhone, WrongCredentials, PasswordsBusy, SecondFactorNeeded, TooManyAttempts, ChallengeNeeded.
        """
        phone, attempts = phone_of(typed_phone), self._guard.attempts
        async with guarding(attempts, AttemptKind.PASSWORD, phone, caller):
            account = await self._right_password(phone, password)
        async with transaction():
            outcome = await self._entrance.ask_or_open(account, ("pwd",), visitor)
        if isinstance(outcome, Unauthenticated):
            await attempts.withdrawn(AttemptKind.PASSWORD, phone, caller)  # it was right, and is not enough
        signed_in = session_of(outcome)
        return await known_from_now(attempts, AttemptKind.PASSWORD, phone, caller, signed_in)

    async def by_passkey(
        self, challenge: str, credential: Mapping[str, Any], visitor: Visitor, caller: Caller
    ) -> SignedIn:
        """A passkey is two factors. Raises PasskeyChallengeExpired, PasskeyRefused."""
        proved = await self._assertions.signs_in(challenge, credential, visitor.browser)
        async with transaction():
            account = await self._accounts.get(proved.account)
            signed_in = await self._entrance.open(account, proved.amr, visitor)
        return replace(signed_in, device=await self._guard.devices.remember(proved.account, caller))

    async def by_second_factor(
        self, ticket: str, method: Method, code: str, visitor: Visitor, caller: Caller
    ) -> SignedIn:
        """Raises TicketExpired, TooManyTries, WrongCode, TooManyAttempts, ChallengeNeeded."""
        found = await self._second.ticket(ticket, Destination.SIGN_IN, visitor.browser)
        attempts = self._guard.attempts
        async with (
            guarding(attempts, AttemptKind.SECOND_FACTOR, found.account, caller),
            self._second.completed(found, method, code) as amr,
        ):
            signed_in = await self._entrance.open(await self._accounts.get(found.account), amr, visitor)
        return await known_from_now(attempts, AttemptKind.SECOND_FACTOR, found.account, caller, signed_in)

    async def _right_password(self, phone: str, password: str) -> Account:
        account = await self._accounts.of_phone(phone)
        stored = await self._passwords.of(AccountId(account.id if account else _NOBODY))
        if not await self._passwords.right(stored, password) or account is None:
            raise WrongCredentials
        return account
