"""The change feed: whose standing changed, told to every process that remembers standings.

A rule that changes a standing notes it as the last thing in its transaction. Listeners in the same process hear of it
when that is committed, the others when they next look at the table: once a second.

Commit order is not clock order: a row may become visible after rows with a later `at`. So each look goes back over the
last `OVERLAP`, and knows by their ids the rows that it has told already. The overlap bounds what may go unnoticed: how
far the machines' clocks differ (NTP keeps them within tens of milliseconds, a machine whose NTP is down drifts seconds
in a day) plus how long a transaction stays open after its note (SQLite's own ends within its five seconds of patience,
or fails). Fifteen seconds hold five for the former and ten for the latter; what exceeds even that is bounded by the age
that listeners let a memory reach.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from auth.columns import moment
from core.clock import Clock
from core.database import after_commit, rows
from core.ids import AccountId, new_id

OVERLAP = timedelta(seconds=15)
KEPT = timedelta(minutes=5)
"""For how long a row is of use to anybody: far longer than a listener may sleep without forgetting everything."""
_MOST = 20_000
"""More rows than that in one look cost more to tell than all is to read anew."""
_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Listener(Protocol):
    """Who remembers what a change may make untrue."""

    def forget(self, account: AccountId) -> None:
        """Something changed for that account."""
        ...

    def forget_all(self) -> None:
        """Something may have changed for anybody."""
        ...


class Changes:
    """Where the rules note what they changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have the listener told of this process's own changes, as soon as each is committed."""
        self._listeners.append(listener)

    async def note(self, account: AccountId) -> None:
        """The account's standing changes with the open transaction; to be the last thing done in it."""
        now = self._clock.now()
        await rows("INSERT INTO auth_change (id, account_id, at) VALUES (?, ?, ?)", new_id(now), account, now)
        after_commit(lambda: self._tell(account))

    def _tell(self, account: AccountId) -> None:
        for listener in self._listeners:
            listener.forget(account)


class Feed:
    """What all processes noted, told to one listener."""

    def __init__(self, clock: Clock, listener: Listener) -> None:
        self._clock = clock
        self._listener = listener
        self._looked_at: datetime | None = None
        self._newest = _THE_BEGINNING
        self._told: dict[str, datetime] = {}

    async def look(self) -> None:
        """Tell the listener what is new; after a sleep longer than the overlap, to forget everything."""
        now = self._clock.now()
        if self._looked_at is None or abs(now - self._looked_at) > OVERLAP:
            await self._begin_anew(now)
        else:
            await self._go_on(now)
        self._looked_at = now

    async def _begin_anew(self, now: datetime) -> None:
        """Forget everything, which all that is in the table by now is told by."""
        found = await rows("SELECT MAX(at) AS newest FROM auth_change")
        newest = found[0]["newest"]
        self._newest = min(moment(newest), now) if newest else _THE_BEGINNING
        self._told = {row["id"]: moment(row["at"]) for row in await self._rows()}
        self._listener.forget_all()

    async def _go_on(self, now: datetime) -> None:
        found = await self._rows()
        if len(found) > _MOST:
            await self._begin_anew(now)
            return
        since = self._since()
        self._told = {each: at for each, at in self._told.items() if at > since}
        for row in found:
            self._hear(row, now)

    def _since(self) -> datetime:
        return self._newest - OVERLAP if self._newest > _THE_BEGINNING else _THE_BEGINNING

    async def _rows(self) -> list[dict[str, Any]]:
        query = "SELECT id, account_id, at FROM auth_change WHERE at > ? LIMIT ?"
        return await rows(query, self._since(), _MOST + 1)

    def _hear(self, row: dict[str, Any], now: datetime) -> None:
        at = moment(row["at"])
        # a writer whose clock runs ahead must not carry the others' rows out of sight
        self._newest = max(self._newest, min(at, now))
        if row["id"] not in self._told:
            self._told[row["id"]] = at
            self._listener.forget(AccountId(row["account_id"]))
