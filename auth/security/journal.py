"""What happened to an account, as its owner reads it."""

from auth.security.models import SecurityEvent
from core.ids import AccountId


class Journal:
    """The events of all accounts."""

    async def page(self, account: AccountId, cursor: str | None, limit: int) -> list[SecurityEvent]:
        """Up to `limit + 1` events before `cursor`, newest first."""
        query = SecurityEvent.filter(account_id=account)
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)
