"""The queue of messages on their way: a table with leases, the same contract on SQLite and on PostgreSQL.

To claim is to take the due rows in order, push `run_at` forward by the lease and count the attempt; to finish is to
delete, in groups. A worker that dies leaves its rows, due again when the lease ends: nothing is lost, and at most the
messages it had on their way go out twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from core.database import connection, rows, transaction
from push.models import Delivery

_CLAIM_SQLITE = """
UPDATE push_delivery SET run_at = ?, attempts = attempts + 1
WHERE id IN (SELECT id FROM push_delivery WHERE run_at <= ? ORDER BY run_at, id LIMIT ?)
RETURNING id, notice_id, subscription_id, attempts
"""
_CLAIM_POSTGRES = """
WITH due AS MATERIALIZED (
    SELECT id FROM push_delivery WHERE run_at <= ? ORDER BY run_at, id LIMIT ? FOR UPDATE SKIP LOCKED
)
UPDATE push_delivery SET run_at = ?, attempts = attempts + 1 FROM due WHERE push_delivery.id = due.id
RETURNING push_delivery.id, notice_id, subscription_id, attempts
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours until the lease ends; `attempts` counts this one."""

    id: str
    notice_id: str
    subscription_id: str
    attempts: int


class Outbox:
    def __init__(self, clock: Clock, lease: timedelta) -> None:
        self._clock = clock
        self._lease = lease

    async def claim(self, most: int) -> list[Claim]:
        """Up to `most` due deliveries, the longest due first."""
        now = self._clock.now()
        async with transaction():
            found = await self._due(now, now + self._lease, most)
        return sorted((Claim(**row) for row in found), key=lambda claim: claim.id)

    async def finish(self, claims: Sequence[Claim]) -> None:
        """These need no further attempt."""
        async with transaction():
            await Delivery.filter(id__in=[claim.id for claim in claims]).delete()

    async def postpone(self, claim: Claim, until: datetime) -> None:
        """Try again then; nothing happens when another worker has claimed it meanwhile."""
        async with transaction():
            await Delivery.filter(id=claim.id, attempts=claim.attempts).update(run_at=until)

    async def _due(self, now: datetime, until: datetime, most: int) -> list[dict[str, Any]]:
        if connection().capabilities.dialect == "postgres":
            return await rows(_CLAIM_POSTGRES, now, most, until)
        return await rows(_CLAIM_SQLITE, until, now, most)
