"""What a session says of the device it was opened on: its place, and whether the owner is told of a new one.

`Sessions.open` calls it, in the transaction that opens the session, for every sign-in that says who came (`caller`),
whatever the means: before the guard remembers the browser.
"""

from typing import Protocol

from auth.guard.caller import Caller
from auth.models import Session
from auth.security.events import EventKind, Events
from auth.security.places import Places
from core.ids import AccountId


class KnownBrowsers(Protocol):
    """Knows the browsers that signed in to an account before."""

    async def knows(self, who: str, caller: Caller) -> bool:
        """Whether the caller's browser is one of them; `who` is the account's id."""
        ...

    async def knows_any(self, account: AccountId) -> bool:
        """Whether any browser signed in to the account before."""
        ...


class Devices:
    """The devices of all accounts."""

    def __init__(self, events: Events, places: Places, known: KnownBrowsers) -> None:
        self._events = events
        self._places = places
        self._known = known

    def place(self, caller: Caller) -> str:
        """Where the caller is: see auth/security/places.py."""
        return self._places.of(caller.address)

    async def opened(self, account: AccountId, session: Session, caller: Caller, *, new_account: bool = False) -> None:
        """Have the owner told of a browser that the account does not know.

        The first browser that ever signs in to an account is nobody's but the owner's.
        """
        if new_account or await self._known.knows(account, caller) or not await self._known.knows_any(account):
            return
        await self._events.record(account, EventKind.NEW_DEVICE, device=session.device, place=session.place)
