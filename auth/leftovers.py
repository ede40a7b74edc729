"""What has run out and is of no more use: removed, so that the tables do not grow for ever."""

from datetime import timedelta

from auth.changes import KEPT
from auth.sessions import Sessions
from core.clock import Clock
from core.database import rows, transaction

_KEPT_MESSAGES = timedelta(days=1)
_REVOKED_FOR = timedelta(days=1)
"""A mini-session token outlives its session by minutes; its refusal is to say that the session has ended."""


class Leftovers:
    """Removes codes, counters, spent assertions, ended sessions, gone keys and changes that everybody has heard of."""

    def __init__(self, clock: Clock, sessions: Sessions) -> None:
        self._clock = clock
        self._sessions = sessions

    async def remove(self) -> None:
        """Remove all that has run out; call it every hour or so."""
        now = self._clock.now()
        async with transaction():
            await rows("DELETE FROM auth_code WHERE expires_at <= ?", now)
            await rows("DELETE FROM auth_code_quota WHERE ends_at <= ?", now)
            await rows("DELETE FROM auth_assertion_used WHERE expires_at <= ?", now)
            await rows("DELETE FROM auth_sms WHERE at <= ?", now - _KEPT_MESSAGES)
            await rows("DELETE FROM auth_key WHERE gone_at <= ?", now)
            await rows("DELETE FROM auth_change WHERE at <= ?", now - KEPT)
            # no change is noted: these had ended before, and no memory of a standing outlives its session
            await rows(
                "DELETE FROM auth_session WHERE revoked_at <= ? OR last_seen_at <= ? OR created_at <= ?",
                now - _REVOKED_FOR,
                now - self._sessions.idle,
                now - self._sessions.absolute,
            )
            await rows("DELETE FROM auth_mini_session WHERE session_id NOT IN (SELECT id FROM auth_session)")
