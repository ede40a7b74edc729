"""A process that appends for ever and says which entries are durable, until somebody kills it.

`python dying.py DATABASE_URL PREFIX`; one request id a line.
"""

import asyncio
import sys
from collections.abc import Callable

from core.clock import SystemClock
from core.database import database
from gateway.tables import APPS
from tests.unit.gateway.ledger.wiring import ACCESS, ledger_of


async def main(url: str, prefix: str) -> None:
    ledger = ledger_of(SystemClock())
    async with database(url, APPS), ledger.open(url):
        prepared = await ledger.prepare(ACCESS)
        room = asyncio.Semaphore(40)
        number = 0

        def told(name: str) -> Callable[[BaseException | None], None]:
            def done(error: BaseException | None) -> None:
                room.release()
                if error is None:
                    sys.stdout.write(f"{name}\n")
                    sys.stdout.flush()

            return done

        while True:
            await room.acquire()
            number += 1
            name = f"{prefix}{number:025d}"
            ledger.append(prepared, name, 200, 0, 100, told(name))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
