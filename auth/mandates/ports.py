"""What mandates ask of others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.proofing.id_numbers import IdNumber
from auth.proofing.ports import Person
from core.bodies import Localized
from core.ids import AccountId, MandateId, ServiceId


class Registers(Protocol):
    """The register of persons and that of legal persons; both raise RegisterUnavailable (503)."""

    async def is_guardian(self, guardian: IdNumber, ward: Person) -> bool:
        """Whether the one is a guardian of the other, a minor of that name and number."""
        ...

    async def represented_by(self, credit_code: str, person: IdNumber) -> str | None:
        """The legal person's name, where it exists still and that person is its legal representative."""
        ...


@dataclass(frozen=True, slots=True)
class RecordedAccess:
    """An access to somebody's data, as the ledger recorded it; `id` sorts by time."""

    id: str
    at: datetime
    service: ServiceId
    summary: Localized
    outcome: int


class Accesses(Protocol):
    """The ledger's entries."""

    async def on(
        self, principal: AccountId, mandate: MandateId, before: str | None, limit: int
    ) -> list[RecordedAccess]:
        """Up to `limit` accesses to the principal's data on that mandate, newest first, older than the id `before`."""
        ...
