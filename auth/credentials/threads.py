"""Work for the processor, beside the event loop: bounded in what runs and in what waits."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from auth.credentials.errors import PasswordsBusy

Result = TypeVar("Result")


class Threads:
    """A few threads of their own: a caller who goes away does not let one more begin."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, "credentials")
        self._places = threading.Semaphore(at_once + waiting)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of `work`; raises PasswordsBusy when too many wait already."""
        if not self._places.acquire(blocking=False):
            raise PasswordsBusy("Send the same request again.", retry_after=2)
        future = self._threads.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)
