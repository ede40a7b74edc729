"""The Problems of what residents prove themselves by.

401: WrongCredentials, SecondFactorNeeded, TicketExpired, PasskeyRefused, PasskeyChallengeExpired.
404: PasskeyUnknown.
409: TooManyPasskeys, PasskeyKnown, SecondFactorOff, LastStrongFactor, PhoneMissing.
422: PasswordRefused, PasskeyNotTaken. 503: PasswordsBusy.
"""

from collections.abc import Sequence

from core.problems import Conflict, NotFound, Unauthenticated, Unavailable, Unprocessable


class WrongCredentials(Unauthenticated):
    """The same for a number without an account, an account without a password, and a wrong password."""

    title = "The phone number or the password is wrong"

    def __init__(self) -> None:
        super().__init__("Check both, or sign in with a code by text message.")


class SecondFactorNeeded(Unauthenticated):
    title = "The second factor is still missing"

    def __init__(self, ticket: str, methods: Sequence[str]) -> None:
        """`ticket`: what the second factor is to be sent with; `methods`: those that the account has."""
        super().__init__("Send the ticket with a code of one of the methods.", ticket=ticket, methods=list(methods))


class TicketExpired(Unauthenticated):
    title = "The sign-in took too long or was guessed at too often"


class PasskeyRefused(Unauthenticated):
    title = "The passkey is refused"


class PasskeyChallengeExpired(Unauthenticated):
    title = "The passkey's challenge no longer counts"


class PasskeyNotTaken(Unprocessable):
    title = "The passkey cannot be added"


class PasskeyUnknown(NotFound):
    title = "You have no such passkey"


class PasskeyKnown(Conflict):
    title = "This passkey was added before"


class TooManyPasskeys(Conflict):
    title = "The account has as many passkeys as it may have"


class SecondFactorOff(Conflict):
    title = "No authenticator app is set up"


class PhoneMissing(Conflict):
    title = "The account has no phone number"


class LastStrongFactor(Conflict):
    title = "This is the last strong factor of an account that needs one"


class PasswordRefused(Unprocessable):
    title = "This password is too easy to guess"


class PasswordsBusy(Unavailable):
    title = "Too many passwords are being checked at once"
