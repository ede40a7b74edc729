"""Acting on a mandate: who may, at which services, and how each such mini-session stands."""

import secrets
from collections.abc import Collection
from typing import Any

from tortoise.expressions import Q

from auth.columns import from_json, maybe_moment, moment
from auth.levels import held, hold_of
from auth.mandates.acts import Acts
from auth.mandates.book import ACTING_ROLES
from auth.mandates.errors import MandateCoversLess, MandateUnknown, RoleDoesNotAct
from auth.mandates.models import Mandate, MandateSession
from auth.mandates.represented import Principals
from auth.mini_sessions import Standing
from auth.ports import ActingFor, Mandated
from auth.sessions import Sessions
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, MandateId, ServiceId, SessionId, in_base_32

_HANDLE_BITS = 130
_STANDING = (
    "SELECT x.session_id, x.service_id, m.id, m.kind, m.actor_id, m.principal_id, m.services, m.roles, m.state, "
    "m.expires_at, p.closed_at, s.created_at, s.last_seen_at, s.revoked_at, a.loa, a.hold_until, c.scopes "
    "FROM mandate_session x JOIN mandate_mandate m ON m.id = x.mandate_id JOIN auth_session s ON s.id = x.session_id "
    "JOIN auth_account a ON a.id = m.actor_id LEFT JOIN auth_account p ON p.id = m.principal_id "
    "LEFT JOIN auth_consent c ON c.account_id = m.principal_id AND c.service_id = x.service_id WHERE x.id = ?"
)


class MandateActing:
    """auth's Acting port (auth/ports.py), out of the mandates."""

    def __init__(self, clock: Clock, sessions: Sessions, principals: Principals, acts: Acts) -> None:
        self._clock = clock
        self._sessions = sessions
        self._principals = principals
        self._acts = acts

    async def may(self, actor: AccountId, mandate_id: MandateId, service_id: ServiceId) -> ActingFor:
        """Whom the actor acts for on this mandate, now, at this service.

        Raises MandateUnknown, also for one that ended, expired or is somebody else's; MandateCoversLess,
        RoleDoesNotAct.
        """
        mandate = await Mandate.get_or_none(
            id=mandate_id, actor_id=actor, state="active", expires_at__gt=self._clock.now()
        )
        if mandate is None or mandate.principal_id is None:
            raise MandateUnknown("Take the id from the list of your mandates.")
        if mandate.services is not None and service_id not in mandate.services:
            raise MandateCoversLess("Act in your own name here, or ask for a mandate that covers this service.")
        if mandate.kind == "legal-person" and not ACTING_ROLES & set(mandate.roles):
            raise RoleDoesNotAct("An administrator appoints; a clerk acts.", roles=mandate.roles)
        party = (await self._principals.parties([mandate.principal_id])).get(mandate.principal_id)
        if party is None:  # the account was closed
            raise MandateUnknown("Take the id from the list of your mandates.")
        return ActingFor(AccountId(mandate.principal_id), party.kind, party.name, _mandated(mandate))

    async def live(self, mandates: Collection[MandateId]) -> frozenset[MandateId]:
        """Those of the mandates that have not ended."""
        active = Mandate.filter(id__in=list(mandates), state="active", expires_at__gt=self._clock.now())
        return frozenset(MandateId(str(each)) for each in await active.values_list("id", flat=True))

    async def handle(self, resident: Resident, service_id: ServiceId, mandate_id: MandateId) -> str:
        """The handle of this service in this session on this mandate, made at the first asking."""
        of = Q(session_id=resident.session, mandate_id=mandate_id, service_id=service_id)
        known = await MandateSession.get_or_none(of)
        if known:
            return known.id
        async with transaction():
            made = await rows(
                "INSERT INTO mandate_session (id, session_id, mandate_id, service_id, created_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_id, mandate_id, service_id) DO NOTHING RETURNING id",
                in_base_32(secrets.randbits(_HANDLE_BITS), _HANDLE_BITS // 5),
                resident.session,
                mandate_id,
                service_id,
                self._clock.now(),
            )
            if made:
                await self._acts.record(mandate_id, resident.account, "opened", service_id)
            return (await MandateSession.get(of)).id

    async def standing(self, handle: str) -> Standing | None:
        """Session, mandate, consent and level as they are now, by one query; None for a handle that nobody has."""
        found = await rows(_STANDING, handle)
        return self._standing(found[0]) if found else None

    def _standing(self, row: dict[str, Any]) -> Standing:
        now, granted, services = self._clock.now(), from_json(row["scopes"]), from_json(row["services"])
        until, hold_until = moment(row["expires_at"]), maybe_moment(row["hold_until"])
        ends_at = min(
            moment(row["last_seen_at"]) + self._sessions.idle, moment(row["created_at"]) + self._sessions.absolute
        )
        covers = (services is None or row["service_id"] in services) and row["closed_at"] is None
        return Standing(
            account=AccountId(row["principal_id"]),
            session=SessionId(row["session_id"]),
            service=ServiceId(row["service_id"]),
            live=row["revoked_at"] is None and now < ends_at,
            ends_at=min(ends_at, until) if row["state"] == "active" and now < until else ends_at,
            consented=granted is not None,
            scopes=frozenset(scope["name"] for scope in granted or ()),
            loa=held(row["loa"], hold_until, now),
            hold=hold_of(row["loa"], hold_until, now),
            mandate=Mandated(
                id=MandateId(row["id"]),
                kind=row["kind"],
                actor=AccountId(row["actor_id"]),
                roles=tuple(from_json(row["roles"])),
                live=row["state"] == "active" and now < until and covers,
            ),
        )


def _mandated(mandate: Mandate) -> Mandated:
    return Mandated(
        id=MandateId(mandate.id),
        kind=mandate.kind,  # type: ignore[arg-type]  # what the book wrote
        actor=AccountId(str(mandate.actor_id)),
        roles=tuple(mandate.roles),
        live=True,
    )
