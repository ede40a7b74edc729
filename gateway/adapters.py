"""What one feature asks of another, answered: each class fills a port of the asking side."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC

from auth.accounts import Accounts
from auth.mandates.mandates import Mandates
from auth.mandates.ports import RecordedAccess
from auth.ports import LiveService, RequestedScope
from auth.sessions import Sessions
from auth.subjects import Subjects
from core.bodies import Localized
from core.ids import AccountId, DepartmentId, MandateId, ServiceId, SessionId, Subject, in_base_32
from gateway.ledger import residents
from gateway.ledger.ports import Names, Sides
from gateway.ledger.residents import Entry
from miniapps.departments import Departments
from miniapps.services import Services
from push.notices import PLATFORM
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
            found.id,
            found.department,
            found.origin,
            found.name,
            manifest.version_name,
            scopes,
            manifest.loa,
            frozenset(manifest.audience),
        )


class KnownRecipients:
    """push's Recipients, out of auth's pairwise subjects: of a child or a legal person, who acts for them first."""

    def __init__(self, subjects: Subjects, mandates: Mandates) -> None:
        self._subjects = subjects
        self._mandates = mandates

    async def account_of(self, department_id: DepartmentId, sub: str) -> AccountId | None:
        known = await self._subjects.account_of(department_id, Subject(sub))
        return await self._mandates.reader(known) if known else None


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
    """push's ServiceNames and the ledger's Directory, out of miniapps' services and departments, and the mandates."""

    def __init__(self, services: Services, departments: Departments, mandates: Mandates) -> None:
        self._services = services
        self._departments = departments
        self._mandates = mandates

    async def service(self, service_id: ServiceId) -> ServiceCard | None:
        found = await self._services.newest(service_id)
        if found is None:
            return None
        return ServiceCard(found.id, found.name, found.icon, found.department, found.department_name)

    async def department(self, department_id: DepartmentId) -> DepartmentCard:
        if department_id == PLATFORM:
            return DepartmentCard(PLATFORM, {"zh-CN": "一城通", "en": "OneCity"})
        return DepartmentCard(department_id, await self._departments.name(department_id))

    async def names(self, service: ServiceId, department: DepartmentId) -> Names:
        found = await self._services.newest(service)
        unknown: Localized = {"zh-CN": service}
        return Names(found.name if found else unknown, await self._departments.name(department))

    async def sides(self, mandates: Collection[str]) -> Mapping[str, Sides]:
        return {
            each.mandate.id: Sides(str(each.mandate.actor_id), each.kind, each.actor.name, each.principal.name)
            for each in await self._mandates.sides(mandates)
        }


class RecordedAccesses:
    """The mandates' Accesses, out of the ledger's entries.

    An access gets an id like those of auth's own acts: its time, then its place, so that both sort as one list.
    """

    async def on(
        self, principal: AccountId, mandate: MandateId, before: str | None, limit: int
    ) -> list[RecordedAccess]:
        found: list[RecordedAccess] = []
        async for entry in _at_most(residents.every(principal), _LOOK_AT):
            access = _recorded(entry)
            if entry.mandate == mandate and (before is None or access.id < before):
                found.append(access)
            if len(found) == limit:
                break
        return found


_LOOK_AT = 2000
"""Entries that one page looks at: whoever has more on other mandates sees the newest."""


async def _at_most(entries: AsyncIterator[Entry], most: int) -> AsyncIterator[Entry]:
    looked = 0
    async for entry in entries:
        yield entry
        looked += 1
        if looked == most:
            return


def _recorded(entry: Entry) -> RecordedAccess:
    milliseconds = int(entry.at.timestamp() * 1000)
    return RecordedAccess(
        in_base_32(milliseconds << 80 | entry.seq, 26),
        entry.at.astimezone(UTC),
        ServiceId(entry.service),
        {"zh-CN": entry.summary["zh-CN"], "en": entry.summary.get("en", entry.summary["zh-CN"])},
        entry.outcome,
    )
