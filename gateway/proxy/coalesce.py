"""Calls for the same answer at the same time: the first asks, the others wait for what it brings.

    join ── nobody asks for it ──▶ it leads          join ── somebody does ──▶ it waits
    land: what came does for all          fail: it does not, so each of the waiters asks for itself
    leave: a waiter goes; when the leader goes, the oldest waiter asks in its place

Each waiter hears one thing, once, and nothing after it left. It may not raise: those behind it would wait for ever.
"""

from collections.abc import Hashable, Iterator
from typing import Final, Generic, Protocol, TypeVar

Landed = TypeVar("Landed")
Brought_contra = TypeVar("Brought_contra", contravariant=True)


class Asker(Protocol[Brought_contra]):
    """One call; told apart by identity."""

    def landed(self, brought: Brought_contra) -> None:
        """The one that asked brought this."""
        ...

    def released(self) -> None:
        """Ask for yourself."""
        ...

    def promoted(self) -> None:
        """Ask for all: the one that asked is gone."""
        ...


class Flight(Generic[Landed]):
    __slots__ = ("leader", "waiters")

    def __init__(self, leader: Asker[Landed]) -> None:
        self.leader = leader
        self.waiters: dict[Asker[Landed], None] = {}


class Flights(Generic[Landed]):
    """Those under way."""

    __slots__ = ("_ending", "_flights")

    def __init__(self) -> None:
        self._flights: Final[dict[Hashable, Flight[Landed]]] = {}
        self._ending: Final[list[Flight[Landed]]] = []

    def __len__(self) -> int:
        return len(self._flights)

    def join(self, key: Hashable, asker: Asker[Landed]) -> bool:
        """True: it leads, and must `land`, `fail` or `leave`. False: it waits, and may `leave`."""
        flight = self._flights.get(key)
        if flight is None:
            self._flights[key] = Flight(asker)
            return True
        flight.waiters[asker] = None
        return False

    def waits(self, key: Hashable, asker: Asker[Landed]) -> bool:
        """Whether it waits for another."""
        flight = self._flights.get(key)
        return flight is not None and asker in flight.waiters

    def land(self, key: Hashable, leader: Asker[Landed], brought: Landed) -> None:
        """What the leader brought does for all who wait."""
        for waiter in self._end(key, leader):
            waiter.landed(brought)

    def fail(self, key: Hashable, leader: Asker[Landed]) -> None:
        """The leader brought nothing that does for others."""
        for waiter in self._end(key, leader):
            waiter.released()

    def leave(self, key: Hashable, asker: Asker[Landed]) -> None:
        """The client of one call is gone."""
        for ending in self._ending:
            ending.waiters.pop(asker, None)
        flight = self._flights.get(key)
        if flight is None:
            return
        if flight.leader is not asker:
            flight.waiters.pop(asker, None)
        elif flight.waiters:
            flight.leader = next(iter(flight.waiters))
            del flight.waiters[flight.leader]
            flight.leader.promoted()
        else:
            del self._flights[key]

    def _end(self, key: Hashable, leader: Asker[Landed]) -> Iterator[Asker[Landed]]:
        """Take the flight down and give out who waits, one after another: what one does may make another leave."""
        flight = self._flights.get(key)
        if flight is None or flight.leader is not leader:
            return
        del self._flights[key]
        self._ending.append(flight)
        try:
            while flight.waiters:
                waiter = next(iter(flight.waiters))
                del flight.waiters[waiter]
                yield waiter
        finally:
            self._ending.remove(flight)
