"""Removing what no longer counts."""

from core.clock import Clock
from core.database import rows, transaction


class GuardLeftovers:
    """Removes empty buckets, spent proofs and forgotten browsers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def remove(self) -> None:
        """Remove all that has run out; call it every hour or so."""
        now = self._clock.now()
        async with transaction():
            await rows("DELETE FROM guard_counter WHERE empty_at <= ?", int(now.timestamp() * 1000))
            await rows("DELETE FROM guard_device WHERE ends_at <= ?", now)
