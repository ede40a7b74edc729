"""What has run out and is of no more use."""

from core.clock import Clock
from core.database import rows, transaction


class ProofingLeftovers:
    """Removes counters, codes, challenges and checks that are over; evidence stays, it says why a level was what."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def remove(self) -> None:
        """Call it every hour or so."""
        now = self._clock.now()
        async with transaction():
            await rows("DELETE FROM proofing_check_count WHERE ends_at <= ?", now)
            await rows("DELETE FROM proofing_face WHERE expires_at <= ?", now)
            await rows("DELETE FROM proofing_counter_code WHERE expires_at <= ?", now)
            await rows("DELETE FROM proofing_challenge WHERE expires_at <= ?", now)
