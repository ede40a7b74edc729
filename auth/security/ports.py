"""What this room asks of others."""

from typing import Protocol

from core.bodies import Localized
from core.ids import AccountId


class OwnerInbox(Protocol):
    """Keeps what the platform itself tells a resident."""

    async def tell(self, account: AccountId, title: Localized, body: Localized, key: str) -> None:
        """Put a notice into the inbox with the open transaction, once for each `key`."""
        ...
