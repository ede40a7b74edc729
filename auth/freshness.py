"""Keeps what this process remembers of accounts and keys fresh, and lets nothing old count.

Each second it looks at the change feed and at the key set. A look that fails or takes too long moves nothing on: after
four seconds without one no standing counts, and each call asks the database again.
"""

import asyncio
import time
from collections.abc import Callable

from auth.changes import Feed
from auth.standings import FRESH_SECONDS, Standings
from auth.verified_tokens import VerifiedTokens
from core.telemetry import log

_EVERY_SECONDS = 1.0
_LOOK_SECONDS = 2.0


class Freshness:
    def __init__(
        self,
        feed: Feed,
        standings: Standings,
        verified_tokens: VerifiedTokens,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._feed = feed
        self._standings = standings
        self._verified_tokens = verified_tokens
        self._ticks = ticks
        self._log = log(__name__)

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a second until `stop` is set; no error ends it."""
        while not stop.is_set():
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self.look()
            except Exception as error:  # noqa: BLE001 - memory stops counting by itself, and the next second tries again
                self._log.warning("change feed not read", error=type(error).__name__)
            await _at_most(_EVERY_SECONDS, stop)

    async def look(self) -> None:
        """Hear of all changes so far, and let memory count for another while from when the look began."""
        began = self._ticks()
        await self._feed.look()
        self._standings.fresh_until = began + FRESH_SECONDS
        self._standings.sweep(began)
        await self._verified_tokens.refresh()


async def _at_most(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
