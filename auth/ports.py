"""What accounts ask of others."""

from dataclasses import dataclass
from typing import Protocol

from core.bodies import Localized
from core.ids import DepartmentId, ServiceId


@dataclass(frozen=True, slots=True)
class RequestedScope:
    """A scope that a release asks for, and the reason its manifest gives."""

    name: str
    reason: Localized


@dataclass(frozen=True, slots=True)
class LiveService:
    """What a mini-service's live release says of itself."""

    service_id: ServiceId
    department_id: DepartmentId
    origin: str
    name: Localized
    version: str
    scopes: tuple[RequestedScope, ...]
    loa: int


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
