"""Telling an owner that strangers guess at the account."""

from datetime import timedelta

from auth.once import Once
from auth.security.events import EventKind, Events
from core.clock import Clock
from core.database import rows
from core.ids import AccountId

_DAY = timedelta(days=1)


class Alarms:
    """One event a day at most, however much is guessed."""

    def __init__(self, clock: Clock, once: Once, events: Events) -> None:
        self._clock = clock
        self._once = once
        self._events = events

    async def raise_for(self, who: str) -> None:
        """Tell whoever has this phone number, or this id; where nobody has, the same work is done for nothing."""
        now = self._clock.now()
        if not await self._once.spend("alarm", who, now.date().isoformat(), until=now + _DAY):
            return
        found = await rows("SELECT id FROM auth_account WHERE phone = ? OR id = ?", who, who)
        if found:
            await self._events.record(AccountId(found[0]["id"]), EventKind.GUESSING)
        else:
            await self._once.spend("no alarm", who, now.date().isoformat(), until=now + _DAY)
