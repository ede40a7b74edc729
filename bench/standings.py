"""What it costs to know who calls, as the number of sessions that were revoked grows: `python -m bench.standings`.

Prints microseconds a call: `known` from memory (standing, token, assertion), `read` from the database, and one `look`
at the change feed, which each process takes once a second. SQLite in a temporary folder; a minute, 500 MB.
"""

import asyncio
import itertools
import random
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from auth.assertions import Caller
from auth.mini_sessions import Standing
from auth.standings import CAPACITY, Standings
from core.clock import SystemClock
from core.database import database, migrate
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, UpstreamId, new_id
from gateway.tables import APPS
from tests.unit.auth.wiring import NAME_SCOPE, City

SIZES = (1, 1_000_000)
CALLS = 300_000
ROUNDS = 5
SERVICE = ServiceId("appointments")


def fill(file: Path, revoked: int) -> None:
    """Enter that many sessions that were revoked in the last day, each with a mini-session."""
    now = SystemClock().now()
    text = now.isoformat(" ")
    ended = (now - timedelta(hours=1)).isoformat(" ")
    ids = [new_id(now) for _ in range(revoked)]
    with sqlite3.connect(file) as db:
        db.executemany(
            "INSERT INTO auth_session (id, account_id, digest, device, created_at, last_seen_at, revoked_at) "
            "VALUES (?, ?, ?, 'x', ?, ?, ?)",
            ((each, each, secrets.token_hex(32), text, text, ended) for each in ids),
        )
        db.executemany(
            "INSERT INTO auth_mini_session (id, session_id, account_id, service_id, created_at) VALUES (?, ?, ?, ?, ?)",
            ((f"h{each}", each, each, SERVICE, text) for each in ids),
        )


def per_call(call: Callable[[], Any]) -> float:
    """Microseconds of the processor that one call takes: the least of some rounds, without the loop's own."""
    return max(0.0, min(_round(call) for _ in range(ROUNDS)) - min(_round(_nothing) for _ in range(ROUNDS)))


def _round(call: Callable[[], Any]) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - began) / CALLS * 1e6


def _nothing() -> None:
    return None


async def per_await(call: Callable[[], Any], times: int) -> float:
    """Microseconds of the processor that one awaited call takes, its database's thread included."""
    began = time.process_time()
    for _ in range(times):
        await call()
    return (time.process_time() - began) / times * 1e6


async def measure(revoked: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "city.db"
        await migrate(f"sqlite://{file}", APPS)
        await asyncio.to_thread(fill, file, revoked)
        async with database(f"sqlite://{file}", APPS):
            return await _figures(City(SystemClock()))  # type: ignore[arg-type]


class Everybody:
    """Says of any handle what is true of one."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    async def standing(self, handle: str) -> Standing:
        return replace(self._standing, account=AccountId(handle))


async def _among_many(city: City, standing: Standing) -> float:
    """Microseconds to know one of as many as memory holds, each asked for in turn by a text of its own."""
    memory = Standings(city.clock, Everybody(standing), city.ticks)
    handles = [secrets.token_hex(13) for _ in range(CAPACITY)]
    for handle in handles:
        await memory.read(handle)
    now = city.ticks()
    memory.fresh_until = now + 3600
    random.shuffle(handles)
    asked = itertools.cycle([f"{handle} "[:-1] for handle in handles])
    return per_call(lambda: memory.known(next(asked), now))


async def _figures(city: City) -> dict[str, float]:
    await city.keys.ensure()
    resident = await city.consented(NAME_SCOPE.name)
    issued = await city.mini_tokens.issue(resident, SERVICE)
    origin = city.directory.services[SERVICE].origin
    await city.freshness.look()
    token = await city.verified_tokens.verify(issued.token, origin)
    caller = _caller(resident.account, resident.session)
    await city.assertions.of(caller)
    seat = await city.standings.read(token.handle)
    assert seat
    now, unix = city.ticks(), city.clock.now().timestamp()
    city.standings.fresh_until = now + 3600
    return {
        "standing known": per_call(lambda: city.standings.known(token.handle, now)),
        f"… among {CAPACITY:,}": await _among_many(city, seat.standing),
        "seat holds": per_call(lambda: city.standings.holds(seat, now)),
        "token known": per_call(lambda: city.verified_tokens.known(issued.token, origin, unix)),
        "assertion known": per_call(lambda: city.assertions.known(caller, now)),
        "standing read": await per_await(lambda: city.standings.read(token.handle), 500),
        "feed looked at": await per_await(city.freshness.look, 500),
    }


def _caller(account: AccountId, session: SessionId) -> Caller:
    return Caller(
        account=account,
        session=session,
        upstream=UpstreamId("booking"),
        department=DepartmentId("civil-affairs"),
        service=SERVICE,
        scopes=frozenset({NAME_SCOPE.name}),
        loa=1,
    )


def main() -> None:
    sizes = tuple(int(each) for each in sys.argv[1:]) or SIZES
    figures = {size: asyncio.run(measure(size)) for size in sizes}
    print("microseconds of CPU   ", *(f"{size:>12,} revoked" for size in sizes))
    for name in figures[sizes[0]]:
        print(f"{name:22}", *(f"{figures[size][name]:>20.2f}" for size in sizes))


if __name__ == "__main__":
    main()
