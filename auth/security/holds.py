"""Holds: after a suspicious change an account counts as level 2 at most for a day, so that a thief gains no time.

The owner was told of the change by the old channel; until the hold ends they can undo it before anything of high value
is done in their name (auth/levels.py says what a hold leaves).
"""

from datetime import datetime, timedelta

from auth.changes import Changes
from auth.columns import moment
from auth.security.settings import SecuritySettings
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId
from core.telemetry import log


class Holds:
    """The holds of all accounts."""

    def __init__(self, clock: Clock, settings: SecuritySettings, changes: Changes) -> None:
        self._clock = clock
        self._for = timedelta(hours=settings.hold_hours)
        self._changes = changes

    async def place(self, account: AccountId, reason: str) -> datetime:
        """Hold an account that exists until `hold_hours` from now, in the open transaction; when the hold ends.

        Never shortens a hold. It notes the change, so do it last. `reason`: a short fixed word for the log.
        """
        now = self._clock.now()
        until = now + self._for
        async with transaction():
            held = await rows(
                "UPDATE auth_account SET hold_until = CASE WHEN hold_until > ? THEN hold_until ELSE ? END "
                "WHERE id = ? RETURNING hold_until",
                until,
                until,
                account,
            )
            await self._changes.note(account)
        log(__name__).info("account on hold", account=account, reason=reason)
        return moment(held[0]["hold_until"])
