"""What push asks of others."""

from dataclasses import dataclass
from typing import Protocol

from core.bodies import Localized
from core.ids import AccountId, DepartmentId, ServiceId, SessionId


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """How a department is shown."""

    id: DepartmentId
    name: Localized


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """How a mini-service is shown, and whose it is; `icon` is an absolute URL."""

    id: ServiceId
    name: Localized
    icon: str
    department_id: DepartmentId
    department_name: Localized


class Recipients(Protocol):
    """Knows residents by the name that a department has for them."""

    async def account_of(self, department_id: DepartmentId, sub: str) -> AccountId | None:
        """The account behind the department's pairwise subject; None when there is none."""
        ...


class ServiceNames(Protocol):
    """Names of services and departments, also of those no longer live."""

    async def service(self, service_id: ServiceId) -> ServiceCard | None: ...

    async def department(self, department_id: DepartmentId) -> DepartmentCard: ...


class Readers(Protocol):
    """Knows how residents read."""

    async def locale(self, account_id: AccountId) -> str:
        """`zh-CN` or `en`."""
        ...


class Sessions(Protocol):
    """Knows which devices are signed in."""

    async def live(self, session_id: SessionId) -> bool: ...
