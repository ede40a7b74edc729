"""Reports: what residents find wrong with a service, for its department to read.

The same report twice on one day is one, so that nothing is counted for a request that came again.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from core.clock import Clock
from core.database import in_turn, rows, transaction
from core.ids import AccountId, DepartmentId, ServiceId, new_id
from miniapps.errors import ServiceUnknown
from miniapps.reports.errors import TooManyReports
from miniapps.reports.models import Report
from miniapps.services import LiveService, Services

Reason = Literal["wrong-content", "not-working", "asks-too-much", "fraud", "other"]
DAY_LIMIT = 10
"""Reports of one resident on one day (UTC)."""

_ENTER = """
INSERT INTO reports_report (id, account_id, service_id, department_id, version, reason, text, day, digest, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, service_id, day, digest) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found wrong."""

    reason: Reason
    text: str | None = None

    def digest(self) -> str:
        return hashlib.sha256(f"{self.reason}\0{self.text or ''}".encode()).hexdigest()


class Reports:
    def __init__(self, clock: Clock, services: Services) -> None:
        self._clock = clock
        self._services = services

    async def take(self, account: AccountId, service_id: ServiceId, found: Found) -> Report:
        """Keep a report, or find it kept; raises ServiceUnknown, TooManyReports."""
        service = await self._services.live(service_id)
        if service is None:
            raise ServiceUnknown("Take an id from /api/v1/services.")
        now = self._clock.now()
        same = Report.filter(account_id=account, service_id=service_id, day=_day(now), digest=found.digest())
        async with transaction():
            if not await same.exists():
                await self._check_limit(account, now)
                await _enter(account, service, found, now)
            return await same.get()

    async def of_department(
        self, department: DepartmentId, limit: int, cursor: str | None, service: str | None
    ) -> list[Report]:
        """Up to `limit + 1` reports about a department's services, newest first, older than `cursor`."""
        narrower = {"service_id": service, "id__lt": cursor}
        query = Report.filter(department_id=department, **{name: value for name, value in narrower.items() if value})
        return await query.order_by("-id").limit(limit + 1)

    async def _check_limit(self, account: AccountId, now: datetime) -> None:
        await in_turn(f"reports of {account}")
        if await Report.filter(account_id=account, day=_day(now)).count() >= DAY_LIMIT:
            tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
            raise TooManyReports(f"{DAY_LIMIT} a day are taken.", retry_after=int((tomorrow - now).total_seconds()) + 1)


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


async def _enter(account: AccountId, service: LiveService, found: Found, now: datetime) -> None:
    about = (new_id(now), account, service.id, service.department, service.manifest.version_name)
    await rows(_ENTER, *about, found.reason, found.text, _day(now), found.digest(), now)
