"""Who is to be told that a session ended: a queue in the database, filled from what is true and emptied by deliveries.

Nobody has to say that a session ended. Sessions end in many ways (by their owner, after a suspicious change, by age),
and a process may die in the middle: so the queue is filled from the sessions themselves. A client's session whose
session of ours has ended moves into the queue in one transaction, and what is in the queue leaves it when the client
has answered, or after a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth.sessions import Sessions
from core.clock import Clock
from core.database import rows, statement, transaction

_RECENT = timedelta(minutes=10)
_AT_ONCE = 200
_LEASE = timedelta(seconds=30)
"""For how long one process has a notice to itself; it takes up to a third of that."""
_FIRST_WAIT_SECONDS = 5
_LONGEST_WAIT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Due:
    """A notice to deliver now; `tries` counts this one."""

    sid: str
    client_id: str
    account_id: str
    tries: int


class LogoutQueue:
    """The notices that wait."""

    def __init__(self, clock: Clock, sessions: Sessions, hours: int) -> None:
        self._clock = clock
        self._sessions = sessions
        self._kept = timedelta(hours=hours)

    async def fill_recent(self) -> None:
        """Take in what was revoked in the last minutes; cheap, to be called every other second."""
        await self._fill_all("s.revoked_at > ?", self._clock.now() - _RECENT)

    async def fill(self) -> None:
        """Take in everything that has ended, by age and by a process that died as well; every hour."""
        now = self._clock.now()
        ended = "s.id IS NULL OR s.revoked_at IS NOT NULL OR s.last_seen_at <= ? OR s.created_at <= ?"
        await self._fill_all(ended, now - self._sessions.idle, now - self._sessions.absolute)
        await statement("DELETE FROM provider_logout WHERE expires_at <= ?", now)

    async def take(self, number: int) -> list[Due]:
        """Up to so many notices that are due; nobody else gets them while they are being delivered."""
        now = self._clock.now()
        taken = await statement(
            "UPDATE provider_logout SET next_at = ?, tries = tries + 1 WHERE next_at <= ? AND id IN "
            "(SELECT id FROM provider_logout WHERE next_at <= ? ORDER BY next_at LIMIT ?) "
            "RETURNING id, client_id, account_id, tries",
            now + _LEASE,
            now,
            now,
            number,
        )
        return [Due(each["id"], each["client_id"], each["account_id"], int(each["tries"])) for each in taken]

    async def done(self, notice: Due) -> None:
        """The client was told, or is not to be told any more."""
        await statement("DELETE FROM provider_logout WHERE id = ?", notice.sid)

    async def again(self, notice: Due) -> None:
        """The client was not to be reached: later, and each time later than that."""
        seconds = min(_FIRST_WAIT_SECONDS * 2 ** (notice.tries - 1), _LONGEST_WAIT_SECONDS)
        await statement(
            "UPDATE provider_logout SET next_at = ? WHERE id = ?",
            self._clock.now() + timedelta(seconds=seconds),
            notice.sid,
        )

    async def _fill_all(self, ended: str, *values: datetime) -> None:
        while await self._fill_some(ended, *values) == _AT_ONCE:
            pass

    async def _fill_some(self, ended: str, *values: datetime) -> int:
        """Move client sessions that ended into the queue; those of clients that are not told are forgotten."""
        now = self._clock.now()
        async with transaction():
            moved = await rows(
                "DELETE FROM provider_session WHERE id IN (SELECT p.id FROM provider_session p "  # noqa: S608 - our own conditions
                f"LEFT JOIN auth_session s ON s.id = p.session_id WHERE {ended} LIMIT ?) "
                "RETURNING id, client_id, account_id",
                *values,
                _AT_ONCE,
            )
            for each in moved:
                await rows(
                    "INSERT INTO provider_logout (id, client_id, account_id, tries, next_at, expires_at) "
                    "SELECT ?, c.id, ?, 0, ?, ? FROM provider_client c WHERE c.id = ? AND c.disabled_at IS NULL "
                    "AND c.backchannel_logout_uri IS NOT NULL ON CONFLICT (id) DO NOTHING",
                    each["id"],
                    each["account_id"],
                    now,
                    now + self._kept,
                    each["client_id"],
                )
        return len(moved)
