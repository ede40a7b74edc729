"""What one entry of the ledger costs, in microseconds of processor time, by the size of the groups it comes in.

Appends to a throw-away SQLite file as the data path does: so many calls at a time, each appending anew when its entry
is durable. Bounded: some seconds, some ten thousand entries, nothing over the network. The loop's own time is what the
data path waits behind, this program's few steps an entry included; the whole process's has beside it the disk's thread
(a sync for each group) and the upkeep behind the writer: the index by resident, and moving the log into the database.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Callable

import uvloop
from pydantic import SecretStr

from auth.secrecy import Secrecy
from core.clock import SystemClock
from core.database import database, migrate
from gateway.ledger.access import Access
from gateway.ledger.checkpoints import Checkpoints
from gateway.ledger.content import Prepared
from gateway.ledger.entries import Ledger
from gateway.ledger.settings import LedgerSettings
from gateway.ledger.signer import Signer
from gateway.tables import APPS

ACCESS = Access(
    account="01kb5rwzpv3zt4f1y0m8x2c9qd",
    mandate=None,
    service="records",
    department="human-resources",
    upstream="social-insurance",
    operation="listContributions",
    action="read",
    summary={"zh-CN": "查询社保缴费记录", "en": "Social insurance contributions"},
    scopes=("social-insurance:records:read",),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the ledger's appends; prints microseconds an entry.")
    parser.add_argument("--entries", type=int, default=40_000, help="entries for each size of group")
    entries: int = parser.parse_args().entries
    print("| calls at once | loop µs an entry | process µs an entry | ms until durable, p50 | p99 |")
    print("| --- | --- | --- | --- | --- |")
    for width in (1, 3, 10, 30, 64, 128):
        with tempfile.TemporaryDirectory() as folder:
            uvloop.run(_measured(f"sqlite://{folder}/city.db", width, max(entries * min(width, 10) // 10, 1000)))


async def _measured(url: str, width: int, entries: int) -> None:
    await migrate(url, APPS)
    clock = SystemClock()
    signer = Signer(clock, Secrecy(SecretStr("x" * 32)), "http://bench")
    ledger = Ledger(clock, LedgerSettings(), Checkpoints(clock, signer, 60))
    async with database(url, APPS), ledger.open(url):
        prepared = await ledger.prepare(ACCESS)
        await _Round(ledger, prepared, width, 1000).run()
        before, loop = _processor(), time.thread_time()
        waits = sorted(await _Round(ledger, prepared, width, entries).run())
        spent, on_loop = (_processor() - before) / len(waits), (time.thread_time() - loop) / len(waits)
        half, most = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
        row = f"| {width} | {on_loop * 1e6:.1f} | {spent * 1e6:.1f} | {half * 1e3:.2f} | {most * 1e3:.2f} |"
        print(row, flush=True)


class _Round:
    """`width` calls at a time until `entries` are kept."""

    def __init__(self, ledger: Ledger, prepared: Prepared, width: int, entries: int) -> None:
        self._ledger, self._prepared, self._left, self._width = ledger, prepared, entries, width
        self._open = 0
        self._waits: list[float] = []
        self._ended = asyncio.get_running_loop().create_future()

    async def run(self) -> list[float]:
        for _ in range(self._width):
            self._append()
        await self._ended
        return self._waits

    def _append(self) -> None:
        self._left -= 1
        self._open += 1
        self._ledger.append(
            self._prepared, "01kb5rwzpv3zt4f1y0m8x2c9qd", 200, 0, 1024, self._done_since(time.perf_counter())
        )

    def _done_since(self, begun: float) -> Callable[[BaseException | None], None]:
        def done(error: BaseException | None) -> None:
            assert error is None
            self._waits.append(time.perf_counter() - begun)
            self._open -= 1
            if self._left > 0:
                self._append()
            elif self._open == 0:
                self._ended.set_result(None)

        return done


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
