"""The statements of a rule, taken down while it runs on SQLite, and done again by the driver alone."""

import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import cast

from aiosqlite import Connection
from tortoise.backends.sqlite.client import SqliteClient

from core.database import connection

_BUSY_MILLISECONDS = 5000


async def taken_down(work: Callable[[], Awaitable[object]]) -> list[str]:
    """What SQLite was told while `work` ran, values included; the database is open."""
    raw = cast("Connection", cast("SqliteClient", connection())._connection)  # noqa: SLF001 - there is no other way to it
    said: list[str] = []
    await raw.set_trace_callback(said.append)
    try:
        await work()
    finally:
        await raw.set_trace_callback(cast("Callable[[str], None]", None))
    return [each for each in said if not each.startswith("--")]


def done_again(database: Path, statements: list[str]) -> float:
    """Seconds for all of them in one thread by `sqlite3`, every commit synced, as the gateway's are."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=_BUSY_MILLISECONDS / 1000)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        began = time.perf_counter()
        for each in statements:
            raw.execute(each).fetchall()
        return time.perf_counter() - began
