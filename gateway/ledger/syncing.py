"""Making what was written durable, off the loop's thread."""

import asyncio
import os
import threading
from queue import SimpleQueue
from typing import Protocol


class Finished(Protocol):
    def __call__(self, error: OSError | None, /) -> None: ...


class Sync:
    """fdatasync of one file, in one thread of its own; one at a time.

    `finished` is called on the loop, after everything that was written to the file before `start()` is on the disk.
    """

    def __init__(self, descriptor: int, finished: Finished, loop: asyncio.AbstractEventLoop) -> None:
        self._descriptor = descriptor
        self._finished = finished
        self._loop = loop
        self._asked: SimpleQueue[bool] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-sync", daemon=True)
        self._thread.start()

    def start(self) -> None:
        self._asked.put(True)

    def close(self) -> None:
        self._asked.put(False)
        self._thread.join()

    def _run(self) -> None:
        while self._asked.get():
            error: OSError | None = None
            try:
                os.fdatasync(self._descriptor)
            except OSError as failed:
                error = failed
            self._loop.call_soon_threadsafe(self._finished, error)
