"""What goes with every change of what an account is proved by, in the change's own transaction.

The owner is told by the phone number, the other sessions end, and services of high value wait for a day. There is one
exception: an account that is younger than an hour and has no credential yet gets no hold for its first. Whoever signed
it up just now is the only one who ever had it, there is nobody to take it from.
"""

from datetime import timedelta

from auth.changes import Changes
from auth.credentials.ports import Holds
from auth.models import Account
from auth.security.events import EventKind, Events
from auth.sessions import Sessions
from core.access import Resident
from core.clock import Clock
from core.database import rows

_SIGN_UP = timedelta(hours=1)


class Precautions:
    """To be called last in the transaction of a change."""

    def __init__(self, clock: Clock, sessions: Sessions, events: Events, holds: Holds, changes: Changes) -> None:
        self._clock = clock
        self._sessions = sessions
        self._events = events
        self._holds = holds
        self._changes = changes

    async def take(self, resident: Resident, kind: EventKind, *, first: bool = False, **details: str) -> None:
        """Tell the owner, end all other sessions and hold the account; `first`: it had no credential before."""
        account = await Account.get(id=resident.account)
        await self._events.record(resident.account, kind, phone=account.phone, **details)
        await self._sessions.end_all(resident.account, but=resident.session)
        if first and self._clock.now() - account.created_at < _SIGN_UP:
            await self._changes.note(resident.account)
        else:
            await self._holds.place(resident.account, kind.value)

    async def is_first(self, resident: Resident) -> bool:
        """Whether the account has no credential yet; to be asked before the change, in its transaction."""
        found = await rows(
            "SELECT (SELECT COUNT(*) FROM credentials_password WHERE account_id = ?) + "
            "(SELECT COUNT(*) FROM credentials_passkey WHERE account_id = ?) + "
            "(SELECT COUNT(*) FROM credentials_totp WHERE account_id = ? AND sealed IS NOT NULL) AS number",
            *[resident.account] * 3,
        )
        return int(found[0]["number"]) == 0
