"""Writing and reading the record of access.

Promise: an entry is on disk before the resident's mini-service has the last byte of the answer it tells of; a call
whose client left, or whose department failed, is recorded with that outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.bodies import Localized
from core.clock import Clock
from core.database import transaction
from core.ids import AccountId, DepartmentId, ServiceId, UpstreamId, new_id
from gateway.ledger.models import LedgerEntry

Action = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Access:
    """What one call reached: whose data, through which service, at which department, and under which scopes."""

    account: AccountId
    service: ServiceId
    department: DepartmentId
    upstream: UpstreamId
    operation: str
    action: Action
    summary: Localized
    scopes: Sequence[str]
    request_id: str


class Ledger:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def record(self, access: Access, outcome: int) -> None:
        """Keep one access with the status that came of it; durable when this returns."""
        now = self._clock.now()
        async with transaction():
            await LedgerEntry.create(
                id=new_id(now),
                account_id=access.account,
                service_id=access.service,
                department_id=access.department,
                upstream_id=access.upstream,
                operation=access.operation,
                action=access.action,
                summary=access.summary,
                scopes=list(access.scopes),
                outcome=outcome,
                request_id=access.request_id,
                at=now,
            )

    async def page(
        self, account: AccountId, limit: int, cursor: str | None, service: ServiceId | None
    ) -> list[LedgerEntry]:
        """Up to `limit + 1` entries of a resident, newest first, older than `cursor`."""
        entries = LedgerEntry.filter(account_id=account).order_by("-id").limit(limit + 1)
        if cursor:
            entries = entries.filter(id__lt=cursor)
        if service:
            entries = entries.filter(service_id=service)
        return await entries
