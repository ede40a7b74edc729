"""The Problems of accounts, sign-in, tokens and consents.

401: WrongCode, CodeExpired, AccountClosed, TokenMissing, TokenInvalid, TokenExpired, SessionEnded, MandateEnded,
StepUpNeeded, ReauthenticationNeeded. 403: OriginForeign, ConsentNeeded, LevelTooLow, AccountOnHold, AudienceOther.
404: SessionUnknown, ConsentUnknown, ServiceUnknown. 409: ReleaseChanged.
422: InvalidPhone, ScopeNotRequested. 429: TooManyCodes, TooManyTries. 503: SMSUnavailable.
"""

from datetime import datetime
from typing import Any

from auth.levels import acr_of
from core.problems import (
    Conflict,
    Forbidden,
    Hop,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)


class InvalidPhone(Unprocessable):
    title = "This is no mobile number of mainland China"


class TooManyCodes(TooManyRequests):
    title = "Too many codes were asked for"


class TooManyTries(TooManyRequests):
    title = "The code was guessed at too often"


class WrongCode(Unauthenticated):
    title = "The code is wrong"


class CodeExpired(Unauthenticated):
    title = "There is no code that still counts"


class SMSUnavailable(Unavailable):
    title = "Text messages cannot be sent for the moment"


class OriginForeign(Forbidden):
    title = "The request comes from a foreign page"


class AccountClosed(Unauthenticated):
    title = "This account cannot be opened any more"


class SessionUnknown(NotFound):
    title = "You have no such session"


class ServiceUnknown(NotFound):
    title = "No such service is live"


class ConsentUnknown(NotFound):
    title = "You have given this service no consent"


class ConsentNeeded(Forbidden):
    title = "The resident has not been asked yet"


class ScopeNotRequested(Unprocessable):
    title = "The service does not ask for this scope"


class ReleaseChanged(Conflict):
    title = "The service has a newer release"


class LevelTooLow(Forbidden):
    title = "The account's proofing level is too low"


class AccountOnHold(Forbidden):
    title = "The account is on hold for services of high value"

    def __init__(self, until: datetime, *, hop: Hop | None = None) -> None:
        """`until`: when it counts in full again."""
        super().__init__("Something about the account changed; wait until then.", hop=hop, until=until.isoformat())


class AudienceOther(Forbidden):
    title = "The service is for others than whom you act for"


class ReauthenticationNeeded(Unauthenticated):
    """A session good for most, not for what only its owner may do just now (as RFC 9470, for the cookie)."""

    title = "Prove again that it is you"

    def __init__(self, detail: str, *, max_age: int, **rest: Any) -> None:
        """`max_age`: how old the authentication may be, in seconds."""
        challenge = f'Cookie error="insufficient_user_authentication", max_age="{max_age}"'
        super().__init__(detail, challenge=challenge, max_age=max_age, **rest)


class BearerRefused(Unauthenticated):
    """A bearer token that does not do (RFC 6750, section 3.1)."""

    title = "The token is refused"

    def __init__(self, detail: str, **rest: Any) -> None:
        super().__init__(detail, challenge=f'Bearer error="invalid_token", error_description="{self.title}"', **rest)


class TokenMissing(Unauthenticated):
    title = "A token is needed"

    def __init__(self, detail: str = "Send the token as Authorization: Bearer.", **rest: Any) -> None:
        super().__init__(detail, challenge="Bearer", **rest)


class TokenInvalid(BearerRefused):
    title = "The token is not valid here"


class TokenExpired(BearerRefused):
    title = "The token has expired"


class SessionEnded(BearerRefused):
    title = "The resident's session has ended"


class MandateEnded(BearerRefused):
    title = "The mandate has ended"


class SignatureRefused(Unauthenticated):
    """A message of a department that has to sign (RFC 9421), and did not, or not this message."""

    title = "The message's signature is refused"

    def __init__(self, detail: str, **rest: Any) -> None:
        super().__init__(detail, challenge="Signature", **rest)


class StepUpNeeded(Unauthenticated):
    """A token good for most, not for an operation that needs the resident better known (RFC 9470, section 3)."""

    title = "This needs a higher proofing level"

    def __init__(self, detail: str, *, loa: int, **rest: Any) -> None:
        acr = acr_of(loa)
        challenge = (
            f'Bearer error="insufficient_user_authentication", error_description="{self.title}", acr_values="{acr}"'
        )
        super().__init__(detail, challenge=challenge, loa=loa, acr_values=acr, **rest)
