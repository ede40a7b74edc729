"""What identities of elsewhere ask of others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.security.events import EventKind
from core.access import Resident


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


class Precautions(Protocol):
    """What goes with every change of the ways into an account."""

    async def take(self, resident: Resident, kind: EventKind, *, first: bool = False, **details: str) -> None:
        """Tell the owner, end all other sessions, hold the account; last in the open transaction."""
        ...
