"""Standings in memory: whether a mini-session stands, without asking the database at each call.

A `Seat` holds one standing. Whoever keeps something that rests on it (a verdict, an assertion) keeps the seat as well
and asks `holds` before each use: a change makes the seat invalid wherever it is held. When nothing was heard from the
change feed for `FRESH_SECONDS`, no seat counts. Times are monotonic seconds.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from auth.mini_sessions import Standing
from core.clock import Clock
from core.ids import AccountId

FRESH_SECONDS = 4.0
"""For how long memory counts after a look at the feed began: with a second between looks, under the promised five."""
KEPT_SECONDS = 60.0
"""A standing is read anew after so long, whatever the feed says."""
CAPACITY = 200_000
_FORGOTTEN = 10_000
_TRIES = 3


class StandingSource(Protocol):
    """Reads standings: MiniSessions."""

    async def standing(self, handle: str) -> Standing | None: ...


class Seat:
    """A standing, and whether it is still what was last read: `valid` turns False once and never back."""

    __slots__ = ("handle", "standing", "until", "valid")

    def __init__(self, handle: str, standing: Standing, until: float) -> None:
        self.handle = handle
        self.standing = standing
        self.until = until
        self.valid = True


class Standings:
    """The seats of this process, by handle; all methods but `read` are immediate.

    Listens to the change feed. `fresh_until` is moved on by whoever reads the feed.
    """

    def __init__(
        self,
        clock: Clock,
        source: StandingSource,
        ticks: Callable[[], float] = time.monotonic,
        capacity: int = CAPACITY,
    ) -> None:
        self._clock = clock
        self._source = source
        self._ticks = ticks
        self._capacity = capacity
        self._seats: OrderedDict[str, Seat] = OrderedDict()
        """The one read first comes first."""
        self._of_account: dict[AccountId, list[Seat]] = {}
        self._generation = 0
        self._forgotten: OrderedDict[AccountId, int] = OrderedDict()
        self._floor = 0
        """A read that began before this generation is not to be kept, whosever it is."""
        self.fresh_until = 0.0

    def known(self, handle: str, now: float) -> Seat | None:
        """The handle's seat; None when it must be read."""
        seat = self._seats.get(handle)
        if seat is None or now >= seat.until or now >= self.fresh_until:
            return None
        return seat

    def holds(self, seat: Seat, now: float) -> bool:
        """Whether a seat that somebody kept still counts."""
        return seat.valid and now < seat.until and now < self.fresh_until

    def healthy(self, now: float) -> bool:
        """Whether the feed was read lately; without that nothing is known."""
        return now < self.fresh_until

    async def read(self, handle: str) -> Seat | None:
        """The handle's seat as the database has it now; None for a handle that nobody has.

        Its standing is good for the call that asked. It comes invalid when changes outran three readings: keep nothing
        then.
        """
        return await self._read(handle, _TRIES)

    async def _read(self, handle: str, tries: int) -> Seat | None:
        began, generation = self._ticks(), self._generation
        standing = await self._source.standing(handle)
        if standing is None:
            self._drop(self._seats.get(handle))
            return None
        if self._unchanged_since(generation, standing.account) and self._unchanged_since(generation, standing.actor):
            return self._keep(handle, standing, self._end(standing, began))
        return await self._read(handle, tries - 1) if tries > 1 else _invalid(handle, standing)

    def forget(self, account: AccountId) -> None:
        """Something changed for that account: its seats are invalid, and what is being read of it is not kept."""
        self._generation += 1
        self._forgotten[account] = self._generation
        self._forgotten.move_to_end(account)
        if len(self._forgotten) > _FORGOTTEN:
            self._floor = self._forgotten.popitem(last=False)[1]
        for seat in self._of_account.pop(account, ()):
            seat.valid = False
            del self._seats[seat.handle]
            if seat.standing.mandate is not None:
                self._leave(seat, account)

    def forget_all(self) -> None:
        """All seats are invalid, and what is being read is not kept."""
        self._generation += 1
        self._floor = self._generation
        self._forgotten.clear()
        for seat in self._seats.values():
            seat.valid = False
        self._seats.clear()
        self._of_account.clear()

    def sweep(self, now: float) -> None:
        """Let go of seats whose time is over, the oldest first."""
        while self._seats:
            seat = next(iter(self._seats.values()))
            if now < seat.until:
                return
            self._drop(seat)

    def __len__(self) -> int:
        return len(self._seats)

    def _unchanged_since(self, generation: int, account: AccountId) -> bool:
        return generation >= self._floor and generation >= self._forgotten.get(account, 0)

    def _end(self, standing: Standing, began: float) -> float:
        """Until when it counts; an ended session stays ended."""
        if not standing.live:
            return began + KEPT_SECONDS
        return began + min(KEPT_SECONDS, (standing.ends_at - self._clock.now()).total_seconds())

    def _keep(self, handle: str, standing: Standing, until: float) -> Seat:
        """The seat with that standing: the one there is when it says the same, so that what rests on it goes on."""
        seat = self._seats.get(handle)
        if seat is not None and seat.standing == standing:
            seat.until = max(seat.until, until)
            self._seats.move_to_end(handle)
            return seat
        self._drop(seat)
        seat = Seat(handle, standing, until)
        self._seats[handle] = seat
        self._of_account.setdefault(standing.account, []).append(seat)
        if standing.mandate is not None:
            self._of_account.setdefault(standing.mandate.actor, []).append(seat)
        if len(self._seats) > self._capacity:
            self._drop(next(iter(self._seats.values())))
        return seat

    def _drop(self, seat: Seat | None) -> None:
        """Forget one seat; nobody who holds it would hear of changes, so it is invalid."""
        if seat is None:
            return
        seat.valid = False
        del self._seats[seat.handle]
        self._leave(seat, None)

    def _leave(self, seat: Seat, gone: AccountId | None) -> None:
        """Take the seat from both its sides' lists, but from that of `gone`, which is no more."""
        standing = seat.standing
        for account in {standing.account, standing.actor} - {gone}:
            others = self._of_account[account]
            others.remove(seat)
            if not others:
                del self._of_account[account]


def _invalid(handle: str, standing: Standing) -> Seat:
    seat = Seat(handle, standing, 0.0)
    seat.valid = False
    return seat
