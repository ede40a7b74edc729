"""How staff sign in through the city's own provider for civil servants (single sign-on), and are signed out by it."""

import hashlib

from auth.external.ports import ExternalIdentity, StaffEntry
from auth.staff.acts import Acts
from auth.staff.members import Members
from auth.staff.sessions import StaffSessions
from core.access import Staff
from core.clock import Clock
from core.database import rows, transaction

COOKIE = "__Host-onecity_staff"


class StaffSignIn:
    """auth.external's StaffDirectory."""

    def __init__(self, clock: Clock, members: Members, sessions: StaffSessions, acts: Acts) -> None:
        self._clock = clock
        self._members = members
        self._sessions = sessions
        self._acts = acts

    async def bind(self, by: Staff | None, member: str, issuer: str, subject: str) -> None:
        """Let the provider's `subject` in as that member; raises MemberUnknown."""
        async with transaction():
            found = await self._members.get(member)
            await rows(
                "INSERT INTO staff_identity (id, member_id, issuer, created_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET member_id = excluded.member_id",
                _name(issuer, subject),
                found.id,
                issuer,
                self._clock.now(),
            )
            await self._acts.record(by, "identity-bound", found.id, issuer=issuer)

    async def signed_in(self, identity: ExternalIdentity) -> StaffEntry | None:
        """Open a session for the member who is bound to issuer and subject; None when nobody is."""
        person = _name(identity.issuer, identity.subject)
        found = await rows(
            "SELECT i.member_id FROM staff_identity i JOIN staff_member m ON m.id = i.member_id "
            "WHERE i.id = ? AND m.disabled_at IS NULL",
            person,
        )
        if not found:
            return None
        via = f"external {person} {_name(identity.issuer, identity.sid or '')}"
        secret = await self.enter(found[0]["member_id"], via)
        return StaffEntry(COOKIE, secret, int(self._sessions.absolute.total_seconds()))

    async def signed_out(self, issuer: str, subject: str | None, sid: str | None) -> None:
        """End what that identity opened: the sessions of `sid` where it is given, or else all of the subject's."""
        opened = f"external % {_name(issuer, sid)}" if sid else f"external {_name(issuer, subject or '')} %"
        await rows(
            "UPDATE staff_session SET revoked_at = ? WHERE via LIKE ? AND revoked_at IS NULL", self._clock.now(), opened
        )

    async def enter(self, member: str, via: str) -> str:
        """Open a session, on record: its secret."""
        async with transaction():
            found = await self._members.get(member)
            secret = await self._sessions.open(found.id, via)
            await self._acts.record(None, "signed-in", found.id, via=via.partition(" ")[0])
        return secret


def _name(issuer: str, subject: str) -> str:
    """64 hexadecimal digits, so that no wildcard of LIKE is in them."""
    return hashlib.sha256(f"{len(issuer)} {issuer} {subject}".encode()).hexdigest()
