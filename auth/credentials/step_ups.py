"""Proving again, within a session, that it is you; each way gives the session a new secret.

Codes, challenges and tickets are bound to the session: its id stands where signing in has the browser's secret. A
second factor alone counts as both: the session stands for the first (NIST SP 800-63B-4, section 2.2.3, allows one
factor with the session's secret), and its means stay.
"""

from collections.abc import Mapping
from typing import Any, Literal

from auth.codes import Codes, Purpose
from auth.credentials.assertions import PasskeyAssertions
from auth.credentials.challenges import IssuedChallenge
from auth.credentials.errors import PhoneMissing, SecondFactorNeeded, WrongCredentials
from auth.credentials.passkeys import Passkeys
from auth.credentials.passwords import Passwords
from auth.credentials.proofs import SecondProofs, wrong_code
from auth.credentials.second_factors import Method, SecondFactors, with_app
from auth.credentials.tickets import Destination, Tickets
from auth.guard.attempts import AttemptKind, Attempts
from auth.guard.caller import Caller
from auth.models import Account
from auth.sessions import Sessions
from auth.sign_in import guarding
from core.access import Resident
from core.database import transaction
from core.ids import AccountId

Way = Literal["code", "password", "totp", "passkey"]


class StepUps:
    """Each gives the session's new secret, or raises what is missing."""

    def __init__(  # noqa: PLR0913 - one for each way
        self,
        sessions: Sessions,
        codes: Codes,
        *,
        passwords: Passwords,
        passkeys: Passkeys,
        assertions: PasskeyAssertions,
        second_factors: SecondFactors,
        tickets: Tickets,
        second: SecondProofs,
        attempts: Attempts,
    ) -> None:
        self._sessions = sessions
        self._codes = codes
        self._passwords = passwords
        self._passkeys = passkeys
        self._assertions = assertions
        self._second_factors = second_factors
        self._tickets = tickets
        self._second = second
        self._attempts = attempts

    async def methods(self, resident: Resident) -> list[Way]:
        """The ways that this account has."""
        has: list[tuple[object, Way]] = [
            (await self._passkeys.of(resident.account), "passkey"),
            (await self._second_factors.since(resident.account), "totp"),
            (await self._passwords.changed_at(resident.account), "password"),
            ((await Account.get(id=resident.account)).phone, "code"),
        ]
        return [way for there, way in has if there]

    async def send_code(self, resident: Resident, caller: Caller) -> None:
        """To the account's own number; raises PhoneMissing, TooManyCodes, SMSUnavailable."""
        phone = await _phone(resident.account)
        await self._codes.send(phone, Purpose.STEP_UP, resident.session, caller.address, known=True)

    async def by_code(self, resident: Resident, code: str) -> str:
        """Raises PhoneMissing, WrongCode, CodeExpired, TooManyTries, SecondFactorNeeded with the code used up."""
        phone = await _phone(resident.account)
        challenge = await self._codes.check(phone, Purpose.STEP_UP, resident.session, code)
        async with transaction():
            await self._codes.use(challenge)
            outcome = await self._ask_or_strengthen(resident, ("sms",))
        return _secret_of(outcome)

    async def by_password(self, resident: Resident, password: str, caller: Caller) -> str:
        """Raises WrongCredentials, PasswordsBusy, SecondFactorNeeded, TooManyAttempts, ChallengeNeeded."""
        async with guarding(self._attempts, AttemptKind.PASSWORD, resident.account, caller):
            stored = await self._passwords.of(resident.account)
            if not await self._passwords.right(stored, password):
                raise WrongCredentials
        await self._attempts.succeeded(AttemptKind.PASSWORD, resident.account, caller, resident.account)
        async with transaction():
            outcome = await self._ask_or_strengthen(resident, ("pwd",))
        return _secret_of(outcome)

    async def by_totp(self, resident: Resident, code: str, caller: Caller) -> str:
        """Raises SecondFactorOff, TooManyTries, WrongCode, TooManyAttempts, ChallengeNeeded."""
        async with guarding(self._attempts, AttemptKind.SECOND_FACTOR, resident.account, caller):
            await self._second_factors.spend_try(resident.account, "totp")
            async with transaction():
                if not await self._second_factors.accept(resident.account, "totp", code):
                    raise wrong_code(None)
                secret = await self._sessions.strengthen(resident, with_app(resident.amr))
        await self._attempts.succeeded(AttemptKind.SECOND_FACTOR, resident.account, caller, resident.account)
        return secret

    async def passkey_options(self, resident: Resident) -> tuple[IssuedChallenge, dict[str, Any]]:
        return await self._assertions.options_for(resident)

    async def by_passkey(self, resident: Resident, challenge: str, credential: Mapping[str, Any]) -> str:
        """Raises PasskeyChallengeExpired, PasskeyRefused."""
        proved = await self._assertions.steps_up(challenge, credential, resident)
        return await self._sessions.strengthen(resident, proved.amr)

    async def by_second_factor(
        self, resident: Resident, secret: str, method: Method, code: str, *, caller: Caller
    ) -> str:
        """Raises TicketExpired, TooManyTries, WrongCode, TooManyAttempts, ChallengeNeeded."""
        ticket = await self._second.ticket(secret, Destination.STEP_UP, resident.session)
        async with (
            guarding(self._attempts, AttemptKind.SECOND_FACTOR, resident.account, caller),
            self._second.completed(ticket, method, code) as amr,
        ):
            renewed = await self._sessions.strengthen(resident, amr)
        await self._attempts.succeeded(AttemptKind.SECOND_FACTOR, resident.account, caller, resident.account)
        return renewed

    async def _ask_or_strengthen(self, resident: Resident, amr: tuple[str, ...]) -> str | SecondFactorNeeded:
        """In the open transaction: the new secret, or what is to be refused with after it."""
        missing = await self._tickets.ask_for(Destination.STEP_UP, resident.account, amr, resident.session)
        return missing or await self._sessions.strengthen(resident, amr)


def _secret_of(outcome: str | SecondFactorNeeded) -> str:
    if isinstance(outcome, SecondFactorNeeded):
        raise outcome
    return outcome


async def _phone(account: AccountId) -> str:
    phone = (await Account.get(id=account)).phone
    if phone is None:
        raise PhoneMissing("Prove it in another way.")
    return phone
