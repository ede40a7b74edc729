"""What the ledger asks of others: the words for what it recorded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from core.bodies import Localized
from core.ids import DepartmentId, ServiceId


@dataclass(frozen=True, slots=True)
class Names:
    service: Localized
    department: Localized


@dataclass(frozen=True, slots=True)
class Sides:
    """Who acted for whom, as the two may read it: persons' names are masked; None where somebody is no more.

    `actor` is the account of who acted.
    """

    actor: str
    kind: Literal["guardian", "family", "legal-person"]
    by: str | None
    on_behalf_of: str | None


class Directory(Protocol):
    """Names of services and departments, also of those no longer live, and of the sides of mandates."""

    async def names(self, service: ServiceId, department: DepartmentId) -> Names: ...

    async def sides(self, mandates: Collection[str]) -> Mapping[str, Sides]:
        """Of each mandate that is known."""
        ...
