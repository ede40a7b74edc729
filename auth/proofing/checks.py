"""How many checks an account, and an identity number, may ask for in a day; counted where they are written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from auth.proofing.errors import RegisterUnavailable, TooManyChecks
from auth.secrecy import Secrecy
from core.clock import Clock
from core.database import rows, transaction

_DAY = timedelta(days=1)
_START = datetime(2000, 1, 1, tzinfo=UTC)


class Checks:
    """The counters; whom they count stays hidden behind a keyed hash."""

    def __init__(self, clock: Clock, secrecy: Secrecy) -> None:
        self._clock = clock
        self._secrecy = secrecy

    @asynccontextmanager
    async def counted(self, *subjects: tuple[str, int]) -> AsyncIterator[None]:
        """Count a check against each subject's limit before it is made; one that the register failed is not counted.

        Raises TooManyChecks.
        """
        ends_at = self._ends_at()
        async with transaction():
            for subject, limit in subjects:
                await self._take(subject, limit, ends_at)
        try:
            yield
        except RegisterUnavailable:
            async with transaction():
                for subject, _ in subjects:
                    await rows(
                        "UPDATE proofing_check_count SET spent = spent - 1 WHERE id = ?", self._id(subject, ends_at)
                    )
            raise

    async def spend(self, subject: str, limit: int) -> None:
        """Count one against a limit; raises TooManyChecks."""
        async with transaction():
            await self._take(subject, limit, self._ends_at())

    async def check_left(self, subject: str, limit: int) -> None:
        """Raises TooManyChecks where nothing is left; counts nothing."""
        ends_at = self._ends_at()
        found = await rows("SELECT spent FROM proofing_check_count WHERE id = ?", self._id(subject, ends_at))
        if found and found[0]["spent"] >= limit:
            raise self._refusal(ends_at)

    async def _take(self, subject: str, limit: int, ends_at: datetime) -> None:
        taken = await rows(
            "INSERT INTO proofing_check_count (id, spent, ends_at) VALUES (?, 1, ?) "
            "ON CONFLICT (id) DO UPDATE SET spent = proofing_check_count.spent + 1 "
            "WHERE proofing_check_count.spent < ? RETURNING spent",
            self._id(subject, ends_at),
            ends_at,
            limit,
        )
        if not taken:
            raise self._refusal(ends_at)

    def _ends_at(self) -> datetime:
        return _START + ((self._clock.now() - _START) // _DAY + 1) * _DAY

    def _refusal(self, ends_at: datetime) -> TooManyChecks:
        wait = int((ends_at - self._clock.now()).total_seconds()) + 1
        return TooManyChecks("Ask again tomorrow, or go to a counter.", retry_after=wait)

    def _id(self, subject: str, ends_at: datetime) -> str:
        return self._secrecy.hashed("proofing check", subject, ends_at.isoformat())
