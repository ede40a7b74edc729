"""The browsers that take Web Push."""

from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, SessionId, new_id
from push.encryption import Receiver, base64url
from push.errors import SubscriptionUnknown
from push.models import Delivery, Subscription
from push.services import PushServices

_UPSERT = """
INSERT INTO push_subscription (id, account_id, session_id, endpoint, p256dh, auth, created_at, failures)
VALUES (?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (endpoint) DO UPDATE SET
    account_id = excluded.account_id, session_id = excluded.session_id,
    p256dh = excluded.p256dh, auth = excluded.auth, failures = 0
RETURNING id
"""
_SURPLUS = "SELECT id FROM push_subscription WHERE account_id = ? AND id <> ? ORDER BY id DESC LIMIT 1000 OFFSET ?"


class Subscriptions:
    def __init__(self, services: PushServices, clock: Clock, most: int = 20) -> None:
        """`most` subscriptions are kept for an account; the oldest makes room."""
        self._services = services
        self._clock = clock
        self._most = most

    async def add(self, account: AccountId, session: SessionId, endpoint: str, receiver: Receiver) -> str:
        """Keep what the browser of this session subscribed to; its id.

        One endpoint is one browser: it belongs to whoever posted it last, and what still waits for somebody else
        is not sent to it. Raises PushServiceUnknown.
        """
        self._services.check(endpoint)
        now = self._clock.now()
        keys = base64url(receiver.p256dh), base64url(receiver.auth)
        async with transaction():
            await self._take_from_others(account, endpoint)
            kept = await rows(_UPSERT, new_id(now), account, session, endpoint, *keys, now)
            subscription: str = kept[0]["id"]
            surplus = await rows(_SURPLUS, account, subscription, self._most - 1)
            await remove([each["id"] for each in surplus])
        return subscription

    async def remove(self, account: AccountId, subscription: str) -> None:
        """Stop sending to it; raises SubscriptionUnknown."""
        async with transaction():
            if not await Subscription.filter(id=subscription, account_id=account).exists():
                raise SubscriptionUnknown("Reload the page: the browser subscribes again by itself.")
            await remove([subscription])

    async def forget_session(self, session: SessionId) -> None:
        """Stop sending to the device that signed out."""
        async with transaction():
            ended = await Subscription.filter(session_id=session).values_list("id", flat=True)
            await remove([str(each) for each in ended])

    async def _take_from_others(self, account: AccountId, endpoint: str) -> None:
        others = await Subscription.filter(endpoint=endpoint).exclude(account_id=account).values_list("id", flat=True)
        await remove([str(each) for each in others])


async def remove(subscriptions: list[str]) -> None:
    """Delete subscriptions with what waits for them, in the caller's transaction."""
    if subscriptions:
        await Delivery.filter(subscription_id__in=subscriptions).delete()
        await Subscription.filter(id__in=subscriptions).delete()
