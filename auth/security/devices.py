"""What is done when a session has been opened: its place is written down, and a browser never seen before is told of.

For sign-in, whatever the means: call `opened` in the transaction that opened the session, with what the request says of
the caller (auth.guard.caller), before the guard remembers the browser.
"""

from typing import Protocol

from auth.guard.caller import Caller
from auth.models import Session
from auth.security.events import EventKind, Events
from auth.security.places import Places
from core.database import rows
from core.ids import AccountId


class KnownBrowsers(Protocol):
    """Knows the browsers that signed in to an account before."""

    async def knows(self, who: str, caller: Caller) -> bool:
        """Whether the caller's browser is one of them; `who` is the account's id."""
        ...


class Devices:
    """The devices of all accounts."""

    def __init__(self, events: Events, places: Places, known: KnownBrowsers) -> None:
        self._events = events
        self._places = places
        self._known = known

    async def opened(self, account: AccountId, session: Session, caller: Caller, *, new_account: bool = False) -> None:
        """Note where the session was opened; the owner is told of a browser that the account does not know.

        The first browser of an account that is made just now is nobody else's.
        """
        session.place = self._places.of(caller.address)
        await rows("UPDATE auth_session SET place = ? WHERE id = ?", session.place, session.id)
        if not new_account and not await self._known.knows(account, caller):
            await self._events.record(account, EventKind.NEW_DEVICE, device=session.device, place=session.place)
