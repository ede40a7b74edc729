"""The worker: it wakes, it works, what fails does not end it, and it stops."""

import asyncio

from auth.lifecycle.worker import Worker
from gateway.composition import City


class Work:
    def __init__(self, *, fails: bool = False) -> None:
        self.done, self.fails = 0, fails

    async def work(self) -> int:
        self.done += 1
        if self.fails:
            raise ConnectionError("the database is away")
        return 1

    async def remove_expired(self) -> None:
        self.done += 100


async def until(work: Work, times: int) -> None:
    async with asyncio.timeout(5):
        while work.done < times:
            await asyncio.sleep(0.005)


async def test_it_goes_on_after_a_failure_wakes_at_once_and_stops(city: City) -> None:
    broken, exports, stop = Work(fails=True), Work(), asyncio.Event()
    worker = Worker(broken, exports, Work(), 300)  # type: ignore[arg-type]  # stand-ins
    running = asyncio.ensure_future(worker.run(stop))
    await until(exports, 1)
    worker.wake()
    await until(exports, 2)
    assert broken.done == 2
    stop.set()
    async with asyncio.timeout(2):
        await running


async def test_it_looks_by_itself(city: City) -> None:
    work, stop = Work(), asyncio.Event()
    worker = Worker(work, Work(), Work(), 0.01)  # type: ignore[arg-type]  # the same
    running = asyncio.ensure_future(worker.run(stop))
    await until(work, 3)
    stop.set()
    await running
