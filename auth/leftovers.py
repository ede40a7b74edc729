"""What has run out and is of no more use: removed, so that the tables do not grow for ever."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from auth.changes import KEPT
from auth.columns import moment
from auth.sessions import Sessions
from core.clock import Clock
from core.database import rows, transaction

_KEPT_MESSAGES = timedelta(days=1)
_REVOKED_FOR = timedelta(days=1)
"""A mini-session token outlives its session by minutes; its refusal is to say that the session has ended."""
_AT_ONCE = 200


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
        await self._remove_sessions("revoked_at", now - _REVOKED_FOR)
        await self._remove_sessions("last_seen_at", now - self._sessions.idle)
        await self._remove_sessions("created_at", now - self._sessions.absolute)

    async def _remove_sessions(self, column: str, before: datetime) -> None:
        """Few at a time: calls wait for the database no longer than for that.

        No change is noted: these had ended before, and no memory of a standing outlives its session.
        """
        while await _remove_some(column, before) == _AT_ONCE:
            pass


async def _remove_some(column: str, before: datetime) -> int:
    """Remove sessions with their mini-sessions; returns how many."""
    async with transaction():
        gone = await rows(
            f"DELETE FROM auth_session WHERE id IN (SELECT id FROM auth_session WHERE {column} <= ? LIMIT ?) "  # noqa: S608 - our own column
            "RETURNING id, account_id, last_seen_at",
            before,
            _AT_ONCE,
        )
        if gone:
            await _keep_last_use(gone)
            marks = ", ".join("?" * len(gone))
            for table in ("auth_mini_session", "mandate_session"):
                query = f"DELETE FROM {table} WHERE session_id IN ({marks})"  # noqa: S608 - marks alone
                await rows(query, *(row["id"] for row in gone))
    return len(gone)


async def _keep_last_use(gone: Iterable[Mapping[str, Any]]) -> None:
    """When each account was last used: of its sessions nothing else stays (auth/lifecycle/numbers.py asks)."""
    newest: dict[str, datetime] = {}
    for row in gone:
        seen = moment(row["last_seen_at"])
        newest[row["account_id"]] = max(seen, newest.get(row["account_id"], seen))
    for account, seen in sorted(newest.items()):
        query = "UPDATE auth_account SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)"
        await rows(query, seen, account, seen)
