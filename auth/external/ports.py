"""What identities of elsewhere ask of others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """Who somebody is at a provider, out of an ID token that was checked in full.

    `provider` is our label of it. `issuer` and `subject` together name the person, and nothing else does: `name` and
    `login` are for reading alone. `sid`: the provider's session. `amr`, `acr`, `authenticated_at`: what the provider
    says of the authentication, None or empty where it says nothing.
    """

    provider: str
    issuer: str
    subject: str
    sid: str | None = None
    name: str | None = None
    login: str | None = None
    amr: tuple[str, ...] = ()
    acr: str | None = None
    authenticated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A staff session that was just opened: the cookie to set, and for how many seconds."""

    cookie: str
    secret: str
    seconds: int


class StaffDirectory(Protocol):
    """The staff realm, for providers whose realm is `staff`."""

    async def signed_in(self, identity: ExternalIdentity) -> StaffEntry | None:
        """Open a session for the member of staff whom this identity names; None when it names none."""
        ...

    async def signed_out(self, issuer: str, subject: str | None, sid: str | None) -> None:
        """End the sessions opened by that identity: those of `sid` where it is given, or else all of `subject`'s."""
        ...


class NoStaff:
    """A city without a staff realm."""

    async def signed_in(self, identity: ExternalIdentity) -> StaffEntry | None:
        del identity
        return None

    async def signed_out(self, issuer: str, subject: str | None, sid: str | None) -> None: ...


class SecondFactors(Protocol):
    """Knows whose account asks for more than one factor."""

    async def ticket(self, account: AccountId) -> str | None:
        """A ticket for `POST /api/v1/sign-in/second-factor`; None for an account that asks for no second factor."""
        ...


class NoSecondFactors:
    """A city in which no account has a second factor."""

    async def ticket(self, account: AccountId) -> str | None:
        del account
        return None
