"""What accounts ask of others."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from core.access import Resident
from core.bodies import Localized
from core.ids import AccountId, DepartmentId, MandateId, ServiceId

if TYPE_CHECKING:
    from auth.mini_sessions import Standing

MandateKind = Literal["guardian", "family", "legal-person"]
Audience = Literal["person", "legal-person"]


@dataclass(frozen=True, slots=True)
class RequestedScope:
    """A scope that a release asks for, and the reason its manifest gives."""

    name: str
    reason: Localized


@dataclass(frozen=True, slots=True)
class LiveService:
    """What a mini-service's live release says of itself; `audience`: whose matters it is for."""

    service_id: ServiceId
    department_id: DepartmentId
    origin: str
    name: Localized
    version: str
    scopes: tuple[RequestedScope, ...]
    loa: int
    audience: frozenset[str] = frozenset({"person"})


class ServiceDirectory(Protocol):
    """Knows the mini-services that are live."""

    async def live(self, service_id: ServiceId) -> LiveService | None:
        """The service's live release; None when there is no such service, or none of its releases is live."""
        ...


class SMSFailed(Exception):
    """A text message that was not taken."""


class SMSSender(Protocol):
    """Sends text messages."""

    async def send(self, phone: str, text: str, code: str) -> None:
        """Hand over `text`, which contains `code`; raises SMSFailed."""
        ...

    async def tell(self, phone: str, text: str) -> None:
        """Hand over a text without a code; raises SMSFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Mandated:
    """The mandate that somebody acts on: `actor` acts for another, in `roles` where that is a legal person.

    `live`: it is active, has not expired, and covers the service.
    """

    id: MandateId
    kind: MandateKind
    actor: AccountId
    roles: tuple[str, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class ActingFor:
    """Whom a resident acts for: `principal` names them wherever an AccountId names whose data it is."""

    principal: AccountId
    kind: Audience
    name: str | None
    mandate: Mandated


class Acting(Protocol):
    """Knows who may act for whom; the mandates."""

    async def may(self, actor: AccountId, mandate_id: MandateId, service_id: ServiceId) -> ActingFor:
        """Whom the actor acts for on this mandate, now, at this service; raises a Problem where they may not."""
        ...

    async def handle(self, resident: Resident, service_id: ServiceId, mandate_id: MandateId) -> str:
        """The handle of this service in this session on this mandate, made at the first asking."""
        ...

    async def standing(self, handle: str) -> "Standing | None":
        """How that mini-session stands now; None for a handle that nobody has."""
        ...


class Profiles(Protocol):
    """Knows those who are represented without an account."""

    async def profile(self, principal: AccountId) -> dict[str, str]:
        """Their members, by the names of assertions; empty for one who has an account."""
        ...
