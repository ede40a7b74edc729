"""What this room asks of others."""

from datetime import datetime
from typing import Protocol

from core.ids import AccountId


class Holds(Protocol):
    """Holds an account back from services of high value."""

    async def place(self, account: AccountId, reason: str) -> datetime:
        """Hold it for a day, in the open transaction; notes the change, so it comes last."""
        ...
