"""Signing in by a code: from a phone number to a session."""

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.codes import Codes, Purpose
from auth.models import Account, Session
from auth.phones import phone_of
from auth.sessions import Sessions
from core.access import Resident
from core.database import transaction
from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened; `secret` goes into the cookie."""

    account: Account
    session: Session
    secret: str
    new_account: bool


class SignIn:
    """The two steps of signing in."""

    def __init__(self, codes: Codes, accounts: Accounts, sessions: Sessions) -> None:
        self._codes = codes
        self._accounts = accounts
        self._sessions = sessions

    async def send_code(self, typed_phone: str, browser: str, address: str) -> None:
        """Send a code; raises InvalidPhone, TooManyCodes, SMSUnavailable."""
        await self._codes.send(phone_of(typed_phone), Purpose.SIGN_IN, browser, address)

    async def complete(
        self, typed_phone: str, code: str, browser: str, device: str, before: Resident | None
    ) -> SignedIn:
        """Open a session, and an account for a new number; the browser's session `before` ends.

        Raises InvalidPhone, WrongCode, CodeExpired, TooManyTries.
        """
        phone = phone_of(typed_phone)
        challenge = await self._codes.check(phone, Purpose.SIGN_IN, browser, code)
        async with transaction():
            await self._codes.use(challenge)
            account, new = await self._accounts.for_phone(phone)
            if before:
                await self._sessions.revoke(before.account, before.session)
            secret, session = await self._sessions.open(AccountId(account.id), device)
        return SignedIn(account, session, secret, new)
