"""Staff sessions: shorter than residents', in a cookie and a table of their own."""

from datetime import timedelta

from auth.columns import from_json, moment
from auth.secrecy import digest
from auth.staff.settings import StaffSettings
from core.access import Staff, StaffRole
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId, new_id, new_secret

_SEEN_EVERY = timedelta(minutes=1)


class StaffSessions:
    """The sessions of members; a disabled member has none."""

    def __init__(self, clock: Clock, settings: StaffSettings) -> None:
        self._clock = clock
        self.idle = timedelta(minutes=settings.idle_minutes)
        self.absolute = timedelta(hours=settings.absolute_hours)

    async def open(self, member: str, via: str) -> str:
        """A new session's secret, for the cookie; `via` says how the member signed in."""
        secret, now = new_secret(), self._clock.now()
        await rows(
            "INSERT INTO staff_session (id, member_id, digest, via, created_at, last_seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            new_id(now),
            member,
            digest(secret),
            via,
            now,
            now,
        )
        return secret

    async def staff(self, secret: str) -> Staff | None:
        """Whose session this is, as the member's department and roles are now; None when it has ended."""
        now = self._clock.now()
        found = await rows(
            "SELECT s.id, s.last_seen_at, m.id AS member_id, m.department_id, m.roles FROM staff_session s "
            "JOIN staff_member m ON m.id = s.member_id WHERE s.digest = ? AND s.revoked_at IS NULL "
            "AND s.last_seen_at > ? AND s.created_at > ? AND m.disabled_at IS NULL",
            digest(secret),
            now - self.idle,
            now - self.absolute,
        )
        if not found:
            return None
        row = found[0]
        if moment(row["last_seen_at"]) <= now - _SEEN_EVERY:
            await self._seen(row["id"])
        department = DepartmentId(row["department_id"]) if row["department_id"] else None
        return Staff(row["member_id"], row["id"], department, frozenset(map(StaffRole, from_json(row["roles"]))))

    async def end(self, session: str) -> None:
        """End one session; ending it again is no error."""
        await rows(
            "UPDATE staff_session SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?", self._clock.now(), session
        )

    async def end_all(self, member: str, via: str | None = None) -> None:
        """End all sessions of a member; those of one way of signing in, where it is named."""
        await rows(
            "UPDATE staff_session SET revoked_at = ? WHERE member_id = ? AND revoked_at IS NULL "
            "AND (CAST(? AS TEXT) IS NULL OR via = ?)",
            self._clock.now(),
            member,
            via,
            via,
        )

    async def remove_ended(self) -> None:
        """Remove what nobody can use any more."""
        now = self._clock.now()
        async with transaction():
            await rows(
                "DELETE FROM staff_session WHERE revoked_at IS NOT NULL OR last_seen_at <= ? OR created_at <= ?",
                now - self.idle,
                now - self.absolute,
            )

    async def _seen(self, session: str) -> None:
        await rows("UPDATE staff_session SET last_seen_at = ? WHERE id = ?", self._clock.now(), session)
