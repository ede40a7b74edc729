"""The worker that carries the outbox to the gateway, at least once; its Idempotency-Key makes that once.

Killed between the gateway's answer and `remove`, it sends the same bytes under the same key again, and the gateway
replays its first answer.
"""

import asyncio
import logging
import sqlite3
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import httpx2

from mock_services.shared import outbox
from mock_services.shared.clock import Clock
from mock_services.shared.database import Database
from mock_services.shared.outbox import Event
from mock_services.shared.tokens import DepartmentTokens, TokenRefused

log = logging.getLogger("department.notices")

POLL_SECONDS = 1.0
NO_PAUSE = timedelta()
ANOTHER_TRY = frozenset({401, 408, 409, 425, 429})
"""Refusals that pass: 409 is the same key still running at the gateway."""


class Fate(Enum):
    SENT = auto()
    LATER = auto()
    REFUSED = auto()


class Outcome(NamedTuple):
    fate: Fate
    reason: str
    pause: timedelta = NO_PAUSE


class NoticeSender:
    """Sends what the outbox holds, oldest first, each thread in its order."""

    def __init__(
        self, database: Database, client: httpx2.AsyncClient, tokens: DepartmentTokens, issuer: str, clock: Clock
    ) -> None:
        self._database = database
        self._client = client
        self._tokens = tokens
        self._url = f"{issuer}/dept/v1/notices"
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something new: do not wait for the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                while await self.send_next():
                    pass
            except sqlite3.Error:
                log.exception("the outbox could not be read or written")
            await self._rest()

    async def send_next(self) -> bool:
        """Try one due event; False when none is due."""
        event = await self._database.read(lambda connection: outbox.next_due(connection, self._clock()))
        if event is None:
            return False
        await self._settle(event, await self._post(event))
        return True

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _post(self, event: Event) -> Outcome:
        try:
            headers = {
                "Authorization": f"Bearer {await self._tokens.current()}",
                "Idempotency-Key": event.id,
                "Content-Type": "application/json",
            }
            response = await self._client.post(self._url, content=event.content.encode(), headers=headers)
        except (httpx2.HTTPError, TokenRefused) as error:
            return Outcome(Fate.LATER, f"{type(error).__name__} {error}")
        return self._outcome(response)

    def _outcome(self, response: httpx2.Response) -> Outcome:
        reason = f"status {response.status_code}"
        if response.is_success:
            return Outcome(Fate.SENT, reason)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget()
        if response.status_code in ANOTHER_TRY or not response.is_client_error:
            return Outcome(Fate.LATER, reason, _retry_after(response))
        return Outcome(Fate.REFUSED, reason)

    async def _settle(self, event: Event, outcome: Outcome) -> None:
        if outcome.fate is Fate.LATER:
            log.warning("notice %s goes out later: %s", event.id, outcome.reason)
            postponed = partial(outbox.postpone, event=event, now=self._clock(), at_least=outcome.pause)
            await self._database.write(postponed)
            return
        if outcome.fate is Fate.REFUSED:
            log.error("notice %s is dropped: %s", event.id, outcome.reason)
        await self._database.write(partial(outbox.remove, event=event))


def _retry_after(response: httpx2.Response) -> timedelta:
    """Seconds only: the gateway sends no dates (RFC 9110, section 10.2.3)."""
    given = response.headers.get("retry-after", "")
    return timedelta(seconds=int(given)) if given.isascii() and given.isdigit() else NO_PAUSE
