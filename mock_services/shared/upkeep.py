"""What has to be done again and again while a department runs."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

log = logging.getLogger("department.upkeep")


async def repeat(work: Callable[[], Awaitable[None]], every: float) -> None:
    """Until cancelled, with a pause of `every` seconds before each time; a store that fails is tried again."""
    while True:
        await asyncio.sleep(every)
        try:
            await work()
        except sqlite3.Error:
            log.exception("upkeep failed; it runs again")
