"""The book of mandates: each entry's way from offered to active to ended, each step taken once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from auth.columns import to_json
from auth.mandates.errors import MandateExists, MandateUnknown, TooManyMandates
from auth.mandates.models import Mandate
from auth.mandates.represented import PrincipalKind
from auth.mandates.settings import MandatesSettings
from auth.ports import MandateKind
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, MandateId, new_id

ADMINISTRATOR = "administrator"
ACTING_ROLES = frozenset({"clerk", "finance"})
"""Who appoints and who acts are two things; the representative is all of them."""
ROLES: tuple[Literal["administrator", "clerk", "finance"], ...] = ("administrator", "clerk", "finance")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mandate covers: `services` None is all of them; `days` from when it becomes active."""

    services: tuple[str, ...] | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mandate to be entered; with a `phone` it is an offer, whose missing side is whoever holds that number."""

    kind: MandateKind
    actor: AccountId | None
    principal: AccountId | None
    principal_kind: PrincipalKind
    offered_by: AccountId
    terms: Terms
    phone: str | None = None
    roles: Sequence[str] = ()
    ends_by: datetime | None = None

    @property
    def slot(self) -> str:
        return f"{self.kind}:{self.actor or self.phone}:{self.principal or self.phone}"


class Book:
    """Reads and writes the entries; whoever calls says who is told."""

    def __init__(self, clock: Clock, settings: MandatesSettings) -> None:
        self._clock = clock
        self._settings = settings

    async def enter(self, draft: Draft) -> Mandate:
        """An offer, or, without a phone, a mandate that counts at once; raises MandateExists, TooManyMandates."""
        now = self._clock.now()
        offered = draft.phone is not None
        async with transaction():
            await self.check_room(draft.offered_by)
            await self._free(draft.slot)
            entered = await rows(
                "INSERT INTO mandate_mandate (id, kind, state, actor_id, principal_id, principal_kind, offered_by, "
                "phone, services, roles, days, slot, created_at, accepted_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (slot) DO NOTHING RETURNING id",
                new_id(now),
                draft.kind,
                "offered" if offered else "active",
                draft.actor,
                draft.principal,
                draft.principal_kind,
                draft.offered_by,
                draft.phone,
                None if draft.terms.services is None else to_json(list(draft.terms.services)),
                to_json(list(draft.roles)),
                draft.terms.days,
                draft.slot,
                now,
                None if offered else now,
                self._end(draft, now),
            )
            if not entered:
                raise MandateExists("End the one there is first.")
            return await Mandate.get(id=entered[0]["id"])

    def _end(self, draft: Draft, now: datetime) -> datetime:
        if draft.phone is not None:
            return now + timedelta(days=self._settings.offer_days)
        end = now + timedelta(days=draft.terms.days)
        return end if draft.ends_by is None else min(end, draft.ends_by)

    async def offer_to(self, phone: str, mandate_id: MandateId) -> Mandate:
        """The open offer to that number; raises MandateUnknown."""
        found = await Mandate.get_or_none(id=mandate_id, state="offered", phone=phone, expires_at__gt=self._clock.now())
        if found is None:
            raise MandateUnknown("Take the id from the list of your mandates.")
        return found

    async def accept(self, offer: Mandate, by: AccountId) -> Mandate:
        """The offer becomes a mandate, once; raises MandateUnknown where it is open no more, MandateExists."""
        now = self._clock.now()
        actor, principal = offer.actor_id or by, offer.principal_id or by
        slot = f"{offer.kind}:{actor}:{principal}"
        async with transaction():
            await self.check_room(by)
            await self._free(slot)
            if await rows("SELECT id FROM mandate_mandate WHERE slot = ?", slot):
                raise MandateExists("End the one there is first.")
            accepted = await rows(
                "UPDATE mandate_mandate SET state = 'active', actor_id = ?, principal_id = ?, phone = NULL, slot = ?, "
                "accepted_at = ?, expires_at = ? WHERE id = ? AND state = 'offered' RETURNING id",
                actor,
                principal,
                slot,
                now,
                now + timedelta(days=offer.days),
                offer.id,
            )
            if not accepted:
                raise MandateUnknown("Take the id from the list of your mandates.")
            return await Mandate.get(id=offer.id)

    async def end(self, mandate_id: str) -> bool:
        """End it; False where it had ended."""
        return bool(
            await rows(
                "UPDATE mandate_mandate SET state = 'ended', slot = NULL, ended_at = ? "
                "WHERE id = ? AND state <> 'ended' RETURNING id",
                self._clock.now(),
                mandate_id,
            )
        )

    async def administers(self, account: AccountId, principal: str | None) -> bool:
        """Whether the account may appoint for that legal person."""
        return principal is not None and principal in await self.administered(account)

    async def administered(self, account: AccountId) -> list[str]:
        """The legal persons that the account may appoint for."""
        found = await Mandate.filter(
            actor_id=account, kind="legal-person", state="active", expires_at__gt=self._clock.now()
        )
        return [str(each.principal_id) for each in found if ADMINISTRATOR in each.roles]

    async def check_room(self, account: AccountId) -> None:
        """Raises TooManyMandates."""
        held: dict[str, Any] = (
            await rows(
                "SELECT COUNT(*) AS held, COALESCE(SUM(CASE WHEN state = 'offered' AND offered_by = ? THEN 1 ELSE 0 "
                "END), 0) AS offered FROM mandate_mandate "
                "WHERE (actor_id = ? OR offered_by = ?) AND state <> 'ended' AND expires_at > ?",
                account,
                account,
                account,
                self._clock.now(),
            )
        )[0]
        if held["held"] >= self._settings.most or held["offered"] >= self._settings.most_offers:
            raise TooManyMandates("End some, or wait until open offers are answered.")

    async def _free(self, slot: str) -> None:
        """One that expired stands in nobody's way."""
        await rows("UPDATE mandate_mandate SET slot = NULL WHERE slot = ? AND expires_at <= ?", slot, self._clock.now())
