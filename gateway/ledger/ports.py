"""What the ledger asks of others: the words for what it recorded."""

from dataclasses import dataclass
from typing import Protocol

from core.bodies import Localized
from core.ids import DepartmentId, ServiceId


@dataclass(frozen=True, slots=True)
class Names:
    service: Localized
    department: Localized


class Directory(Protocol):
    """Names of services and departments, also of those no longer live."""

    async def names(self, service: ServiceId, department: DepartmentId) -> Names: ...
