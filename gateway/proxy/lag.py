"""Measuring how late the event loop is."""

import asyncio
from typing import NoReturn

from gateway.proxy.shedding import Shedding

INTERVAL = 0.05


async def measure_lag(shedding: Shedding, interval: float = INTERVAL) -> NoReturn:
    """Tell `shedding` how late each short sleep ended, until cancelled.

    A loop that stands still is late by all the time that it stood, once: so long a pause counts as the many
    measurements that it swallowed, or the smoothing would hide it.
    """
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + interval
        await asyncio.sleep(interval)
        late = max(0.0, loop.time() - due)
        for _ in range(min(1 + int(late / interval), 4)):
            shedding.observe(late)
