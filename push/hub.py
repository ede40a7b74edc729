"""Wakes the live streams of an account when something changed for it.

At once within this process, at once across workers where there is a Redis, and in any case within seconds by asking the
database. A wake-up carries nothing: whoever is woken reads the table from the last id. So a wake-up that is lost (Redis
pub/sub is at most once, and Redis may be down) costs a few seconds, never a notice; and Redis needs to keep nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import redis.asyncio
from redis.exceptions import RedisError

from core.ids import AccountId
from core.telemetry import log
from push.mailboxes import versions
from push.waiting import first_of

CHANNEL = "onecity:push"
_MOST_UNTOLD = 10_000
_PATIENCE = 2.0


class Hub:
    def __init__(self, redis_url: str | None = None, *, poll_seconds: float = 2) -> None:
        self._redis_url = redis_url
        self._poll_seconds = poll_seconds
        self._listeners: dict[AccountId, set[asyncio.Event]] = defaultdict(set)
        self._known: dict[AccountId, int] = {}
        self._untold: dict[str, None] = {}
        self._to_tell = asyncio.Event()
        self._log = log(__name__)

    @contextmanager
    def listen(self, account: AccountId) -> Iterator[asyncio.Event]:
        """An event that is set whenever something may have changed for the account; the listener clears it."""
        event = asyncio.Event()
        self._listeners[account].add(event)
        try:
            yield event
        finally:
            self._listeners[account].discard(event)
            if not self._listeners[account]:
                del self._listeners[account]
                self._known.pop(account, None)

    def announce(self, account: AccountId) -> None:
        """Something changed: wake the account's streams, here and at the other workers. Never waits, never fails."""
        self.wake(account)
        if self._redis_url and len(self._untold) < _MOST_UNTOLD:
            self._untold[account] = None
            self._to_tell.set()

    def wake(self, account: AccountId) -> None:
        """Wake the account's streams in this process."""
        for event in self._listeners.get(account, ()):
            event.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Carry wake-ups between the workers until `stop` is set; no error ends it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._poll(stop))
            if self._redis_url:
                group.create_task(self._hear(self._redis_url, stop))
                group.create_task(self._tell(self._redis_url, stop))

    async def _poll(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                self._log.warning("live poll failed", exc_info=error)
            await first_of(self._poll_seconds, stop)

    async def look(self) -> None:
        """Wake the accounts for which other workers have written."""
        for account, version in (await versions(list(self._listeners))).items():
            if self._known.get(account) != version and account in self._listeners:
                self._known[account] = version
                self.wake(account)

    async def _hear(self, url: str, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._subscribed(url, stop)
            except Exception as error:  # noqa: BLE001 - whatever is said there, the streams go on by polling
                self._log.warning("redis does not answer; live streams poll", error=type(error).__name__)
                await first_of(self._poll_seconds, stop)

    async def _subscribed(self, url: str, stop: asyncio.Event) -> None:
        async with _client(url) as client, client.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            while not stop.is_set():
                message = await channel.get_message(timeout=_PATIENCE / 4)
                if message:
                    self.wake(AccountId(message["data"].decode()))

    async def _tell(self, url: str, stop: asyncio.Event) -> None:
        async with _client(url) as client:
            while not stop.is_set():
                await first_of(_PATIENCE, self._to_tell, stop)
                self._to_tell.clear()
                await self._publish(client)

    async def _publish(self, client: redis.asyncio.Redis) -> None:
        """Tell the other workers; on failure they find out by themselves."""
        untold, self._untold = self._untold, {}
        if untold:
            try:
                pipeline = client.pipeline(transaction=False)
                for account in untold:
                    pipeline.publish(CHANNEL, account)
                await pipeline.execute()
            except (RedisError, OSError) as error:
                self._log.warning("redis took no wake-up", error=type(error).__name__)


def _client(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
