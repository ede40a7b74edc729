"""Clients are told that a session ended: at least once, within seconds, and again until they answer."""

import asyncio
from urllib.parse import urlencode

from auth.outside import AddressForbidden, Outside
from auth.provider.clients import Clients
from auth.provider.logout_queue import Due, LogoutQueue
from auth.provider.logout_tokens import LogoutTokens
from core.ids import AccountId
from core.outbound import OutboundError
from core.telemetry import log

_EVERY_SECONDS = 2.0
_AT_ONCE = 20
_TAKEN = frozenset({200, 204})
_REFUSED = range(400, 500)
_LATER = frozenset({408, 425, 429})


class LogoutDeliveries:
    """The worker that empties the queue."""

    def __init__(self, queue: LogoutQueue, clients: Clients, tokens: LogoutTokens, outside: Outside) -> None:
        self._queue = queue
        self._clients = clients
        self._tokens = tokens
        self._outside = outside
        self._log = log(__name__)

    async def run(self, stop: asyncio.Event) -> None:
        """Look every other second until `stop` is set; no error ends it."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - the next look tries again, and the queue is in the database
                self._log.exception("logout deliveries failed")
            try:
                async with asyncio.timeout(_EVERY_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Fill the queue, and deliver what is due."""
        await self._queue.fill_recent()
        while due := await self._queue.take(_AT_ONCE):
            async with asyncio.TaskGroup() as group:
                for each in due:
                    group.create_task(self._deliver(each))

    async def _deliver(self, notice: Due) -> None:
        client = await self._clients.find(notice.client_id)
        if client is None or client.backchannel_logout_uri is None:
            await self._queue.done(notice)
            return
        token = await self._tokens.issue(client, AccountId(notice.account_id), notice.sid)
        try:
            status = await self._outside.post(
                client.backchannel_logout_uri, urlencode({"logout_token": token}).encode()
            )
        except (OutboundError, TimeoutError) as error:
            await self._later(notice, type(error).__name__)
        except AddressForbidden:
            self._log.warning("logout address forbidden", client=notice.client_id)
            await self._queue.done(notice)
        else:
            await self._answered(notice, status)

    async def _answered(self, notice: Due, status: int) -> None:
        """200 or 204: done. A refusal is an answer too (section 2.8); anything else is asked again."""
        if status in _TAKEN:
            await self._queue.done(notice)
        elif status in _REFUSED and status not in _LATER:
            self._log.warning("logout token refused by a client", client=notice.client_id, status=status)
            await self._queue.done(notice)
        else:
            await self._later(notice, str(status))

    async def _later(self, notice: Due, reason: str) -> None:
        self._log.info("logout not delivered", client=notice.client_id, tries=notice.tries, reason=reason)
        await self._queue.again(notice)
