"""Signing in by a code: from a phone number to a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from auth.accounts import Accounts
from auth.codes import Codes, Purpose
from auth.credentials.errors import WrongCredentials
from auth.errors import CodeExpired, TooManyTries, WrongCode
from auth.guard.attempts import AttemptKind, Attempts
from auth.guard.caller import Caller
from auth.models import Account, Session
from auth.phones import phone_of
from auth.sessions import Sessions
from core.access import Resident
from core.database import transaction
from core.ids import AccountId
from core.problems import Unauthenticated


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened; `secret` goes into its cookie, `device` into that by which the browser is known again."""

    account: Account
    session: Session
    secret: str
    new_account: bool
    device: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wants to sign in: a browser (the secret of its cookie), its label; its session `before` ends then."""

    browser: str
    device: str
    before: Resident | None = None
    caller: Caller | None = None


class Newcomers(Protocol):
    """Knows numbers that may be somebody else's by now."""

    async def owner_for_sign_in(self, phone: str, browser: str) -> Unauthenticated | None:
        """What to refuse with, after the commit; None: a code by text message may open the number's account."""
        ...


class SecondFactors(Protocol):
    """Knows which accounts want more than one factor."""

    async def ask(self, account: AccountId, amr: tuple[str, ...], browser: str) -> Unauthenticated | None:
        """What to refuse with, after the commit, until the second factor is there too; None where one is enough."""
        ...


@asynccontextmanager
async def guarding(attempts: Attempts, kind: AttemptKind, who: str, caller: Caller) -> AsyncIterator[None]:
    """Around an attempt, outside of its transaction: asked for before, counted when what was given is wrong.

    A guess where nothing is left to guess at is wrong too. What was interrupted, or right and not enough, is not.
    """
    await attempts.before(kind, who, caller)
    try:
        yield
    except (WrongCode, CodeExpired, TooManyTries, WrongCredentials):
        await attempts.failed(kind, who, caller)
        raise
    except Exception:
        await attempts.withdrawn(kind, who, caller)
        raise


async def known_from_now(
    attempts: Attempts, kind: AttemptKind, who: str, caller: Caller, signed_in: SignedIn
) -> SignedIn:
    """The account knows the browser again, now that all factors were there."""
    device = await attempts.succeeded(kind, who, caller, AccountId(signed_in.account.id))
    return replace(signed_in, device=device)


class Entrance:
    """Opens the session once enough is proved, whatever it was proved by."""

    def __init__(self, sessions: Sessions, second_factors: SecondFactors | None = None) -> None:
        self._sessions = sessions
        self._second_factors = second_factors

    async def ask_or_open(
        self, account: Account, amr: tuple[str, ...], visitor: Visitor, *, new: bool = False
    ) -> SignedIn | Unauthenticated:
        """After one factor: a session, or what to refuse with once the open transaction is committed."""
        if self._second_factors is not None:
            refusal = await self._second_factors.ask(AccountId(account.id), amr, visitor.browser)
            if refusal:
                return refusal
        return await self.open(account, amr, visitor, new=new)

    async def open(self, account: Account, amr: tuple[str, ...], visitor: Visitor, *, new: bool = False) -> SignedIn:
        """A session, in the open transaction; the one that the browser had ends."""
        if visitor.before:
            await self._sessions.revoke(visitor.before.account, visitor.before.session)
        secret, session = await self._sessions.open(
            AccountId(account.id), visitor.device, amr=amr, caller=visitor.caller, new_account=new
        )
        return SignedIn(account, session, secret, new)


def session_of(outcome: SignedIn | Unauthenticated) -> SignedIn:
    """The session, or the refusal raised."""
    if isinstance(outcome, Unauthenticated):
        raise outcome
    return outcome


class SignIn:
    """The two steps of signing in."""

    def __init__(  # noqa: PLR0913 - signing in touches all of these
        self,
        codes: Codes,
        accounts: Accounts,
        sessions: Sessions,
        second_factors: SecondFactors | None = None,
        attempts: Attempts | None = None,
        *,
        newcomers: Newcomers | None = None,
    ) -> None:
        """`second_factors`: whether more is asked for; `attempts`: what stands before each; none in plain tests."""
        self._codes = codes
        self._accounts = accounts
        self._entrance = Entrance(sessions, second_factors)
        self._attempts = attempts
        self._newcomers = newcomers

    async def send_code(self, typed_phone: str, browser: str, address: str, *, known: bool = False) -> None:
        """Send a code; raises InvalidPhone, TooManyCodes, SMSUnavailable. `known`: the account knows the browser."""
        await self._codes.send(phone_of(typed_phone), Purpose.SIGN_IN, browser, address, known=known)

    async def guarded(self, typed_phone: str, code: str, visitor: Visitor, caller: Caller) -> SignedIn:
        """As `complete`, behind what stands before every attempt; raises TooManyAttempts, ChallengeNeeded too."""
        assert self._attempts is not None  # noqa: S101 - the composition gives them
        phone = phone_of(typed_phone)
        async with guarding(self._attempts, AttemptKind.CODE, phone, caller):
            return await self.complete(phone, code, visitor.browser, visitor.device, visitor.before, caller)

    async def complete(  # noqa: PLR0913, PLR0917 - what a visitor is made of
        self,
        typed_phone: str,
        code: str,
        browser: str,
        device: str,
        before: Resident | None,
        caller: Caller | None = None,
    ) -> SignedIn:
        """Open a session, and an account for a new number; the browser's session `before` ends.

        Raises InvalidPhone, WrongCode, CodeExpired, TooManyTries, and with the code used up SecondFactorNeeded and
        NumberRecycled.
        """
        phone = phone_of(typed_phone)
        challenge = await self._codes.check(phone, Purpose.SIGN_IN, browser, code)
        async with transaction():
            await self._codes.use(challenge)
            visitor = Visitor(browser, device, before, caller)
            outcome = await self._refusal(phone, browser) or await self._enter(phone, visitor)
            if isinstance(outcome, SignedIn) and caller and self._attempts:  # here: it costs no commit of its own
                outcome = await known_from_now(self._attempts, AttemptKind.CODE, phone, caller, outcome)
        return session_of(outcome)

    async def _refusal(self, phone: str, browser: str) -> Unauthenticated | None:
        return await self._newcomers.owner_for_sign_in(phone, browser) if self._newcomers else None

    async def _enter(self, phone: str, visitor: Visitor) -> SignedIn | Unauthenticated:
        account, new = await self._accounts.for_phone(phone)
        return await self._entrance.ask_or_open(account, ("sms",), visitor, new=new)
