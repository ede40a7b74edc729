"""What intents ask of others."""

from dataclasses import dataclass
from typing import Any, Protocol

from core.ids import AccountId, DepartmentId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the city signs: for the department of the service that asked, about a resident."""

    account: AccountId
    department: DepartmentId
    service: ServiceId
    intent: str
    name: str
    provider: ServiceId
    payload_digest: str
    result: Any


class Signer(Protocol):
    """Signs for the city."""

    async def sign(self, answered: Answered) -> str:
        """A token in compact form."""
        ...
