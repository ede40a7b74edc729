"""What one feature asks of another, answered: each class fills a port of the asking side."""

from auth.accounts import Accounts
from auth.ports import LiveService, RequestedScope
from auth.sessions import Sessions
from auth.subjects import Subjects
from core.bodies import Localized
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, Subject
from gateway.ledger.ports import Names
from miniapps.departments import Departments
from miniapps.services import Services
from push.ports import DepartmentCard, ServiceCard


class LiveDirectory:
    """auth's ServiceDirectory, out of miniapps' live services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def live(self, service_id: ServiceId) -> LiveService | None:
        found = await self._services.live(service_id)
        if found is None:
            return None
        scopes = tuple(RequestedScope(scope.name, scope.reason) for scope in found.scopes)
        manifest = found.manifest
        return LiveService(
            found.id, found.department, found.origin, found.name, manifest.version_name, scopes, manifest.loa
        )


class KnownRecipients:
    """push's Recipients, out of auth's pairwise subjects."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects

    async def account_of(self, department_id: DepartmentId, sub: str) -> AccountId | None:
        return await self._subjects.account_of(department_id, Subject(sub))


class AccountReaders:
    """push's Readers, out of auth's accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def locale(self, account_id: AccountId) -> str:
        return (await self._accounts.get(account_id)).locale


class LiveSessions:
    """push's Sessions, out of auth's."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def live(self, session_id: SessionId) -> bool:
        return await self._sessions.lives(session_id)


class NameCards:
    """push's ServiceNames and the ledger's Directory, out of miniapps' services and departments."""

    def __init__(self, services: Services, departments: Departments) -> None:
        self._services = services
        self._departments = departments

    async def service(self, service_id: ServiceId) -> ServiceCard | None:
        found = await self._services.newest(service_id)
        if found is None:
            return None
        return ServiceCard(found.id, found.name, found.icon, found.department, found.department_name)

    async def department(self, department_id: DepartmentId) -> DepartmentCard:
        return DepartmentCard(department_id, await self._departments.name(department_id))

    async def names(self, service: ServiceId, department: DepartmentId) -> Names:
        found = await self._services.newest(service)
        unknown: Localized = {"zh-CN": service}
        return Names(found.name if found else unknown, await self._departments.name(department))
