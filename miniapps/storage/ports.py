"""What storage asks of others."""

from collections.abc import Collection
from typing import Protocol

from core.ids import AccountId, MandateId, ServiceId


class Acting(Protocol):
    """Knows who acts for whom."""

    async def principal(self, actor: AccountId, mandate: MandateId, service: ServiceId) -> AccountId:
        """Whom the actor acts for on this mandate, now, at this service; raises a Problem where they may not."""
        ...

    async def live(self, mandates: Collection[MandateId]) -> frozenset[MandateId]:
        """Those of the mandates that have not ended."""
        ...
