"""The bulkhead of one upstream: so many calls at once, a short queue behind them, and no more.

A call has a place from `enter` (or `admitted`) until `leave`. A waiter hears exactly one of `admitted` and `shut_out`,
unless it cancels before. All times are monotonic seconds handed in by the caller.
"""

from math import ceil
from typing import Final, Protocol

_LONGEST_HINT: Final = 30
"""Seconds: nobody is told to come back later than this, however slowly the places become free."""
_WEIGHT: Final = 0.1
"""Of the newest gap between two places becoming free, in the moving average."""


class Waiter(Protocol):
    """A call in the queue; told apart by identity."""

    def admitted(self) -> None:
        """It has a place now, and leaves it when it is done."""
        ...

    def shut_out(self) -> None:
        """It waited as long as it may, and has no place."""
        ...


class Bulkhead:
    __slots__ = ("_concurrency", "_gap", "_handing_out", "_left_at", "_queue", "_waiting", "inside", "wait_seconds")

    def __init__(self, concurrency: int, queue: int, wait_seconds: float) -> None:
        """`concurrency` calls at once, `queue` waiting at the most, each for `wait_seconds` at the most."""
        self._concurrency = concurrency
        self._queue = queue
        self._waiting: dict[Waiter, float] = {}
        self._handing_out = False
        self._gap = 0.0
        self._left_at = 0.0
        self.inside = 0
        self.wait_seconds: Final[float] = wait_seconds

    @property
    def waiting(self) -> int:
        """Calls in the queue."""
        return len(self._waiting)

    def enter(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        if self.inside >= self._concurrency or self._waiting:
            return False
        self.inside += 1
        return True

    def wait(self, waiter: Waiter, now: float) -> bool:
        """Queue for a place, after `enter` said no; False: the queue is full too."""
        if len(self._waiting) >= self._queue:
            return False
        self._waiting[waiter] = now + self.wait_seconds
        return True

    def leave(self, now: float) -> None:
        """Give the place back: the oldest waiter whose time is not over gets it."""
        if self.inside >= self._concurrency:
            self._note_gap(now)
        self.inside -= 1
        if self._waiting:
            self._hand_out(now)

    def cancel(self, waiter: Waiter) -> None:
        """A waiter goes away; nothing happens if it does not wait."""
        self._waiting.pop(waiter, None)

    def expire(self, now: float) -> None:
        """Shut out those that have waited long enough."""
        while self._waiting:
            waiter, until = next(iter(self._waiting.items()))
            if until > now:
                return
            del self._waiting[waiter]
            waiter.shut_out()

    def expires_at(self) -> float | None:
        """When the oldest waiter's time is over; None while nobody waits."""
        for until in self._waiting.values():
            return until
        return None

    def resize(self, concurrency: int, queue: int, now: float) -> None:
        """New bounds from the register: more places admit waiters at once, fewer are reached as calls leave."""
        self._concurrency = concurrency
        self._queue = queue
        self._hand_out(now)

    def retry_after(self) -> int:
        """Whole seconds until a newcomer may hope for a place, by how fast places became free lately."""
        return max(1, min(_LONGEST_HINT, ceil(self._gap * (len(self._waiting) + 1))))

    def _hand_out(self, now: float) -> None:
        """Hand free places to the oldest waiters; those past their time are shut out.

        A waiter that leaves at once, inside `admitted`, ends up here again: the loop below goes on for it, so that a
        long queue of such waiters does not become a deep stack.
        """
        if self._handing_out:
            return
        self._handing_out = True
        try:
            while self._waiting and self.inside < self._concurrency:
                self._hand_out_one(now)
        finally:
            self._handing_out = False

    def _hand_out_one(self, now: float) -> None:
        waiter, until = next(iter(self._waiting.items()))
        del self._waiting[waiter]
        if until > now:
            self.inside += 1
            waiter.admitted()
        else:
            waiter.shut_out()

    def _note_gap(self, now: float) -> None:
        """Time between two places becoming free while all were taken: what the next in the queue has to wait."""
        if self._left_at:
            self._gap += (now - self._left_at - self._gap) * _WEIGHT
        self._left_at = now
