"""Leaky buckets in the database: shared by all processes, counted exactly, and two numbers each.

A bucket is the moment at which it will be empty. To count is to put that off by one step, from now on if it is past:
one statement for all the buckets of an attempt, which no race gets past and which a restart does not forget. Whom they
count stays hidden behind a keyed hash.
"""

from collections.abc import Sequence

from auth.guard.limits import Limit
from auth.secrecy import Secrecy
from core.clock import Clock
from core.database import rows, statement

_ADD = "CASE WHEN guard_counter.empty_at > ? THEN guard_counter.empty_at ELSE ? END + excluded.step"
_TAKE_BACK = "guard_counter.empty_at - excluded.step"


class Counters:
    """The buckets. Levels are how many have been counted and have not leaked away yet."""

    def __init__(self, clock: Clock, secrecy: Secrecy) -> None:
        self._clock = clock
        self._secrecy = secrecy

    async def levels(self, limits: Sequence[Limit]) -> list[float]:
        """The level of each, in their order."""
        if not limits:
            return []
        ids = [self._id(limit) for limit in limits]
        marks = ", ".join("?" * len(ids))
        found = await rows(f"SELECT id, empty_at FROM guard_counter WHERE id IN ({marks})", *ids)  # noqa: S608 - marks alone
        empty_at = {row["id"]: row["empty_at"] for row in found}
        return [self._level(limit, empty_at.get(key, 0)) for key, limit in zip(ids, limits, strict=True)]

    async def add(self, limits: Sequence[Limit]) -> list[float]:
        """Count one in each, in this order; their levels with it."""
        now = self._now()
        return await self._change(limits, now, 1, _ADD, now, now)

    async def take_back(self, limits: Sequence[Limit]) -> None:
        """Undo one count of each."""
        await self._change(limits, self._now(), 0, _TAKE_BACK)

    async def _change(self, limits: Sequence[Limit], now: int, new: int, change: str, *values: int) -> list[float]:
        """An upsert locks rows in the order of its values, which an UPDATE of many does not promise."""
        if not limits:
            return []
        written = [(self._id(limit), now + new * limit.step, limit.step) for limit in limits]
        marks = ", ".join(["(?, ?, ?)"] * len(written))
        changed = await statement(
            f"INSERT INTO guard_counter (id, empty_at, step) VALUES {marks} "  # noqa: S608 - marks and our own words
            f"ON CONFLICT (id) DO UPDATE SET empty_at = {change}, step = excluded.step RETURNING id, empty_at",
            *[value for row in written for value in row],
            *values,
        )
        empty_at = {row["id"]: row["empty_at"] for row in changed}
        return [self._level(limit, empty_at[row[0]]) for row, limit in zip(written, limits, strict=True)]

    def _level(self, limit: Limit, empty_at: int) -> float:
        return max(0.0, (empty_at - self._now()) / limit.step)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _id(self, limit: Limit) -> str:
        return self._secrecy.hashed("counter", *limit.subject)
