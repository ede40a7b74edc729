"""What is done beside the requests: deletions that are due, archives that were asked for."""

import asyncio
from collections.abc import Awaitable, Callable

from auth.lifecycle.deletions import Deletions
from auth.lifecycle.exports import Exports
from auth.lifecycle.newcomers import Newcomers
from core.telemetry import log


class Worker:
    """One in each process; they share the work by leases in the tables."""

    def __init__(self, deletions: Deletions, exports: Exports, newcomers: Newcomers, seconds: float) -> None:
        self._deletions = deletions
        self._exports = exports
        self._newcomers = newcomers
        self._seconds = seconds
        self._due = asyncio.Event()

    def wake(self) -> None:
        """There is something to do; another process's worker sees it with its next look."""
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop; what fails is tried again when its lease ends."""
        async with asyncio.TaskGroup() as group:
            waker = group.create_task(self._wake_at(stop))
            while not stop.is_set():
                self._due.clear()
                await self._try(self._deletions.work)
                await self._try(self._exports.work)
                await self._pause()
            waker.cancel()

    async def sweep(self) -> None:
        """Remove what has run out; call it every hour."""
        await self._exports.remove_expired()
        await self._newcomers.remove_expired()

    async def _try(self, work: Callable[[], Awaitable[int]]) -> None:
        try:
            await work()
        except Exception:  # noqa: BLE001 - the lease ends, and somebody goes on
            log(__name__).exception("work on accounts failed")

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._due.wait()
        except TimeoutError:
            return

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._due.set()
