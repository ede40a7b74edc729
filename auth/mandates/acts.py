"""What was done with a mandate: auth's own acts and the ledger's accesses, as one list that both sides see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from auth.columns import moment
from auth.mandates.models import Mandate
from auth.mandates.ports import Accesses
from core.bodies import Localized
from core.clock import Clock
from core.database import rows
from core.ids import BEYOND_IDS, AccountId, MandateId, ServiceId, new_id

Action = Literal["offered", "accepted", "ended", "opened", "consent-given", "consent-withdrawn", "access"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `service` where there is one; `summary` and `outcome` (an HTTP status) of an access."""

    id: str
    at: datetime
    action: Action
    service: ServiceId | None
    summary: Localized | None = None
    outcome: int | None = None


class Acts:
    def __init__(self, clock: Clock, accesses: Accesses) -> None:
        self._clock = clock
        self._accesses = accesses

    async def record(self, mandate: str, account: str, action: Action, service: str | None = None) -> None:
        """Write one of auth's own acts with the open transaction; `account`: who did it."""
        now = self._clock.now()
        await rows(
            "INSERT INTO mandate_act (id, mandate_id, account_id, action, service_id, at) VALUES (?, ?, ?, ?, ?, ?)",
            new_id(now),
            mandate,
            account,
            action,
            service,
            now,
        )

    async def page(self, mandate: Mandate, cursor: str | None, limit: int) -> list[Act]:
        """Up to `limit + 1` acts before `cursor`, newest first."""
        acts = await self._own(mandate, cursor, limit + 1)
        if mandate.principal_id:
            principal, on = AccountId(mandate.principal_id), MandateId(mandate.id)
            for each in await self._accesses.on(principal, on, cursor, limit + 1):
                acts.append(Act(each.id, each.at, "access", each.service, each.summary, each.outcome))
        return sorted(acts, key=lambda act: act.id, reverse=True)[: limit + 1]

    async def _own(self, mandate: Mandate, cursor: str | None, limit: int) -> list[Act]:
        found = await rows(
            "SELECT id, action, service_id, at FROM mandate_act WHERE mandate_id = ? AND id < ? "
            "ORDER BY id DESC LIMIT ?",
            mandate.id,
            cursor or BEYOND_IDS,
            limit,
        )
        return [Act(row["id"], moment(row["at"]), row["action"], row["service_id"]) for row in found]
