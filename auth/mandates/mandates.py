"""Mandates as their two sides see and end them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from tortoise.expressions import Q

from auth.accounts import Accounts
from auth.changes import Changes
from auth.mandates.acts import Act, Acts
from auth.mandates.book import ACTING_ROLES, Book
from auth.mandates.errors import MandateUnknown
from auth.mandates.models import Mandate
from auth.mandates.represented import Party, Principals
from auth.masking import masked_phone
from auth.models import Account
from auth.ports import MandateKind
from auth.security.events import EventKind, Events
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, MandateId

Role = Literal["actor", "principal"]
State = Literal["offered", "active", "ended", "expired"]


@dataclass(frozen=True, slots=True)
class View:
    """A mandate as one of its sides sees it. `mine`: whether that side offered it."""

    mandate: Mandate
    role: Role
    state: State
    principal: Party
    actor: Party
    mine: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """Who acts for whom."""

    mandate: Mandate
    actor: Party
    principal: Party

    @property
    def kind(self) -> MandateKind:
        kind: MandateKind = self.mandate.kind  # type: ignore[assignment]  # what the book wrote
        return kind


class Mandates:
    """The mandates of all accounts."""

    def __init__(  # noqa: PLR0913, PLR0917 - what they are made of, handed in in one place
        self,
        clock: Clock,
        book: Book,
        accounts: Accounts,
        principals: Principals,
        acts: Acts,
        events: Events,
        changes: Changes,
    ) -> None:
        self._clock = clock
        self._book = book
        self._accounts = accounts
        self._principals = principals
        self._acts = acts
        self._events = events
        self._changes = changes

    async def page(self, account: AccountId, role: Role | None, cursor: str | None, limit: int) -> list[View]:
        """Up to `limit + 1` of the account's mandates before `cursor`, the newest first; those that ended as well."""
        query = Mandate.filter(await self._mine(account, role))
        query = query.filter(id__lt=cursor) if cursor else query
        return await self._views(account, await query.order_by("-id").limit(limit + 1))

    async def acting(self, account: AccountId) -> list[View]:
        """All mandates that the account can act on now, the oldest first."""
        found = await Mandate.filter(actor_id=account, state="active", expires_at__gt=self._clock.now()).order_by("id")
        acting = [each for each in found if each.kind != "legal-person" or ACTING_ROLES & set(each.roles)]
        return await self._views(account, acting)

    async def view(self, account: AccountId, mandate_id: MandateId) -> View:
        """One of the account's; raises MandateUnknown."""
        return (await self._views(account, [await self._one(account, mandate_id)]))[0]

    async def acts(self, account: AccountId, mandate_id: MandateId, cursor: str | None, limit: int) -> list[Act]:
        """Up to `limit + 1` of what was done on it, newest first; raises MandateUnknown."""
        return await self._acts.page(await self._one(account, mandate_id), cursor, limit)

    async def sides(self, mandates: Collection[str]) -> list[Sides]:
        """The two sides of each of these, for whoever is one of them."""
        found = await Mandate.filter(id__in=list(mandates)) if mandates else []
        parties = await self._principals.parties(_sides(found))
        return [Sides(each, *(_party(parties, side) for side in (each.actor_id, each.principal_id))) for each in found]

    async def reader(self, principal: AccountId) -> AccountId | None:
        """Who reads what is meant for them: an account itself.

        Of a child without one, or of a legal person, it is the guardian or representative whose mandate is the oldest;
        None where nobody's is active.
        """
        found = await rows(
            "SELECT m.actor_id FROM mandate_represented r LEFT JOIN mandate_mandate m ON m.principal_id = r.id "
            "AND m.state = 'active' AND m.expires_at > ? AND m.offered_by = m.actor_id WHERE r.id = ? ORDER BY m.id",
            self._clock.now(),
            principal,
        )
        if not found:
            return principal
        readers = [row["actor_id"] for row in found if row["actor_id"]]
        return AccountId(readers[0]) if readers else None

    async def end(self, account: AccountId, mandate_id: MandateId) -> None:
        """End it at once, decline or take back the offer; ending again is no error. Raises MandateUnknown."""
        async with transaction():
            mandate = await self._one(account, mandate_id)
            await self._end(mandate, account)

    async def end_all(self, account: AccountId) -> None:
        """End all that the account acts or is acted for on, because it is closed or becomes another."""
        async with transaction():
            mine = Q(actor_id=account) | Q(principal_id=account) | Q(offered_by=account, state="offered")
            for mandate in await Mandate.filter(mine).exclude(state="ended"):
                await self._end(mandate, account)

    async def _end(self, mandate: Mandate, by: AccountId) -> None:
        if not await self._book.end(mandate.id):
            return
        await self._acts.record(mandate.id, by, "ended")
        await self.tell(mandate, EventKind.MANDATE_ENDED)
        await self.note(mandate)

    async def tell(self, mandate: Mandate, kind: EventKind) -> None:
        """Both sides hear of it, as far as they have accounts; whoever appointed for a legal person as well."""
        sides = [each for each in (mandate.actor_id, mandate.principal_id, mandate.offered_by) if each]
        parties = await self._principals.parties(sides)
        for account in await Account.filter(id__in=sides, closed_at=None):
            other = mandate.principal_id if account.id == mandate.actor_id else mandate.actor_id
            party = parties.get(other) if other else None
            waits = masked_phone(mandate.phone) or "*"
            name = party.name if party and party.name else waits
            told = {"mandate": mandate.id, "mandate_kind": mandate.kind, "name": name}
            await self._events.record(AccountId(account.id), kind, **told)

    async def note(self, mandate: Mandate) -> None:
        """Both sides' standings change; to be the last thing done in the transaction."""
        for side in sorted({each for each in (mandate.actor_id, mandate.principal_id) if each}):
            await self._changes.note(AccountId(side))

    async def _one(self, account: AccountId, mandate_id: MandateId) -> Mandate:
        found = await Mandate.get_or_none(Q(id=mandate_id) & await self._mine(account, None))
        if found is None:
            raise MandateUnknown("Take the id from the list of your mandates.")
        return found

    async def _mine(self, account: AccountId, role: Role | None) -> Q:
        phone = (await self._accounts.get(account)).phone or ""
        invited = Q(phone=phone, state="offered") & ~Q(offered_by=account)
        actor = Q(actor_id=account) | (invited & Q(actor_id=None))
        principal = Q(principal_id=account) | (invited & Q(principal_id=None))
        companies = await self._book.administered(account)
        if companies:
            others = Q(principal_id__in=companies) & (~Q(actor_id=account) | Q(actor_id=None))
            principal |= others
        return {"actor": actor, "principal": principal, None: actor | principal}[role]

    async def _views(self, account: AccountId, found: list[Mandate]) -> list[View]:
        parties = await self._principals.parties(_sides(found))
        phone = (await self._accounts.get(account)).phone
        return [self._view(mandate, account, phone, parties) for mandate in found]

    def _view(self, mandate: Mandate, account: AccountId, phone: str | None, parties: dict[str, Party]) -> View:
        waits = Party(masked_phone(mandate.phone) if mandate.phone else None, "person")
        gone = Party(None, "legal-person" if mandate.principal_kind == "legal-person" else "person")
        invited_to_act = mandate.actor_id is None and mandate.phone == phone and mandate.offered_by != account
        return View(
            mandate=mandate,
            role="actor" if mandate.actor_id == account or invited_to_act else "principal",
            state=self._state(mandate),
            principal=parties.get(mandate.principal_id, gone) if mandate.principal_id else waits,
            actor=parties.get(mandate.actor_id, Party(None, "person")) if mandate.actor_id else waits,
            mine=mandate.offered_by == account,
        )

    def _state(self, mandate: Mandate) -> State:
        if mandate.state == "ended":
            return "ended"
        if mandate.expires_at <= self._clock.now():
            return "expired"
        return "offered" if mandate.state == "offered" else "active"


def _sides(mandates: Iterable[Mandate]) -> list[str]:
    return [each for mandate in mandates for each in (mandate.actor_id, mandate.principal_id) if each]


def _party(parties: dict[str, Party], side: str | None) -> Party:
    return parties.get(side or "", Party(None, "person"))
