"""Mini-sessions: one mini-service in one session, under a handle that tells two services nothing about each other."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth.columns import from_json, maybe_moment, moment
from auth.levels import Hold, held, hold_of
from auth.models import MiniSession
from auth.ports import Acting, Mandated
from auth.sessions import Sessions
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, ServiceId, SessionId, in_base_32

_HANDLE_BITS = 130


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mini-session stands at this moment.

    `account`: whose data it is about. `live`: the resident's session has not ended. `ends_at`: when it, or the mandate,
    will, unless it is used. `scopes`: those consented to now; empty without a consent, which `consented` tells apart
    from a consent to nothing. `loa` is that of who acts, and `hold` what
    lowers it for a time. `mandate`: on which they act for the account's owner.
    """

    account: AccountId
    session: SessionId
    service: ServiceId
    live: bool
    ends_at: datetime
    consented: bool
    scopes: frozenset[str]
    loa: int
    mandate: Mandated | None = None
    hold: Hold | None = None

    @property
    def actor(self) -> AccountId:
        """Who acts: the owner, or whoever has the mandate."""
        return self.account if self.mandate is None else self.mandate.actor


class MiniSessions:
    """The handles, and what is true of them now."""

    def __init__(self, clock: Clock, sessions: Sessions, acting: Acting | None = None) -> None:
        self._clock = clock
        self._sessions = sessions
        self._acting = acting

    async def handle(self, resident: Resident, service_id: ServiceId) -> str:
        """The handle of this service in this session, made at the first asking."""
        known = await MiniSession.get_or_none(session_id=resident.session, service_id=service_id)
        if known:
            return known.id
        async with transaction():
            await rows(
                "INSERT INTO auth_mini_session (id, session_id, account_id, service_id, created_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_id, service_id) DO NOTHING",
                in_base_32(secrets.randbits(_HANDLE_BITS), _HANDLE_BITS // 5),
                resident.session,
                resident.account,
                service_id,
                self._clock.now(),
            )
            return (await MiniSession.get(session_id=resident.session, service_id=service_id)).id

    async def standing(self, handle: str) -> Standing | None:
        """Session, consent and level as they are now, read afresh by one query; None for a handle that nobody has.

        The handles of those who act for others are kept apart, and looked for when it is none of these.
        """
        found = await rows(
            "SELECT m.account_id, m.session_id, m.service_id, s.created_at, s.last_seen_at, s.revoked_at, a.loa, "
            "a.hold_until, c.scopes FROM auth_mini_session m JOIN auth_session s ON s.id = m.session_id "
            "JOIN auth_account a ON a.id = m.account_id "
            "LEFT JOIN auth_consent c ON c.account_id = m.account_id AND c.service_id = m.service_id WHERE m.id = ?",
            handle,
        )
        if found:
            return self._standing(found[0])
        return await self._acting.standing(handle) if self._acting is not None else None

    def _standing(self, row: dict[str, Any]) -> Standing:
        now, granted, hold_until = self._clock.now(), from_json(row["scopes"]), maybe_moment(row["hold_until"])
        ends_at = min(
            moment(row["last_seen_at"]) + self._sessions.idle, moment(row["created_at"]) + self._sessions.absolute
        )
        return Standing(
            account=AccountId(row["account_id"]),
            session=SessionId(row["session_id"]),
            service=ServiceId(row["service_id"]),
            live=row["revoked_at"] is None and now < ends_at,
            ends_at=ends_at,
            consented=granted is not None,
            scopes=frozenset(scope["name"] for scope in granted or ()),
            loa=held(row["loa"], hold_until, now),
            hold=hold_of(row["loa"], hold_until, now),
        )
