"""What has run out in this room."""

from core.clock import Clock
from core.database import rows, transaction


class CredentialLeftovers:
    """Removes challenges that nobody answered, and tickets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def remove(self) -> None:
        """Remove all that has run out; call it every hour or so."""
        now = self._clock.now()
        async with transaction():
            await rows("DELETE FROM credentials_challenge WHERE expires_at <= ?", now)
            await rows("DELETE FROM credentials_ticket WHERE expires_at <= ?", now)
