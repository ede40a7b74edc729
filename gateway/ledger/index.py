"""Which entries are of which resident: `ledger_access`, filled behind the writer in large sorted passes.

Filling it with each entry would cost several times what the entry costs, because residents come in no order. So a pass
sorts everything new by account first. And the index is cut into blocks of 262,144 entries, each sorted by account, so
that a pass writes to a few megabytes of it and costs the same however long the ledger is and however many residents it
has. Reading looks for a resident in each block, which takes some microseconds; the newest first, so that a page seldom
needs many. What no pass has seen yet is found in the entries themselves: a resident always sees their own.

Two processes may run passes at once, and an account may be forgotten meanwhile: a row enters the index only while its
account has a key, which the same statement looks at. Entries whose account has none (a worker went on using the key for
a minute after it was destroyed) lose their account here.

An entry on a mandate is of two: it enters under whoever acted as well.
"""

import sqlite3

from core.database import connection, rows, transaction

PASS = 20_000
"""Entries sorted at a time."""
PIECE = 200
"""Rows of one transaction on SQLite, which holds the one write lock for about half a millisecond."""
BLOCK_SHIFT = 18
"""An entry's block is its place shifted by so many bits."""
_BLOCKS = 64
"""Blocks looked into at once."""
_COLUMNS = "block INTEGER, account_id TEXT, seq INTEGER"
_BOUNDS = (
    "SELECT seq AS start, (SELECT coalesce(max(seq) + 1, 0) FROM ledger_entry) AS size "
    "FROM ledger_progress WHERE work = 'access'"
)
_FRESH = (
    f"SELECT seq >> {BLOCK_SHIFT} AS block, account_id, seq, mandate FROM ledger_entry "  # noqa: S608 - no input in any of these
    "WHERE seq >= ? AND seq < ? AND account_id IS NOT NULL"
)
_KEYED = "EXISTS (SELECT 1 FROM ledger_key AS known WHERE known.account_id = fresh.account_id)"
_ENTER = (
    "INSERT INTO ledger_access (block, account_id, seq) "  # noqa: S608 - the same
    "SELECT block, account_id, seq FROM {} AS fresh "
    f"WHERE {_KEYED} {{}} ON CONFLICT (block, account_id, seq) DO NOTHING"
)
_KEYLESS = f"SELECT 1 FROM fresh WHERE NOT {_KEYED} LIMIT 1"  # noqa: S608 - the same
_LOSE = (
    "UPDATE ledger_entry SET account_id = NULL, mandate = NULL "  # noqa: S608 - the same
    f"WHERE seq IN (SELECT seq FROM {{}} AS fresh WHERE NOT {_KEYED})"
)
_ACTED = (
    "SELECT fresh.block, actor.account_id, fresh.seq FROM {} AS fresh "  # noqa: S608 - the same
    f"JOIN ledger_actor AS actor ON actor.mandate = fresh.mandate WHERE {_KEYED} "
    "ORDER BY fresh.block, actor.account_id, fresh.seq"
)
_ENTER_ACTED = (
    "INSERT INTO ledger_access (block, account_id, seq) SELECT block, account_id, seq FROM {} "
    "ON CONFLICT (block, account_id, seq) DO NOTHING"
)
_ADVANCE = "UPDATE ledger_progress SET seq = ? WHERE work = 'access' AND seq < ?"


def sqlite_pass(connection: sqlite3.Connection) -> bool:
    """Index up to `PASS` entries, on a connection of the caller's own; whether there are more."""
    start, size = connection.execute(_BOUNDS).fetchone()
    end = min(start + PASS, size)
    if start == end:
        return False
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS fresh ({_COLUMNS}, mandate TEXT)")
    connection.execute("DELETE FROM fresh")
    connection.execute(f"INSERT INTO fresh {_FRESH} ORDER BY block, account_id, seq", (start, end))
    for first in range(1, end - start + 1, PIECE):
        connection.execute(_ENTER.format("fresh", "AND rowid >= ? AND rowid < ?"), (first, first + PIECE))
    if connection.execute("SELECT 1 FROM fresh WHERE mandate IS NOT NULL LIMIT 1").fetchone():
        _enter_acted(connection)
    if connection.execute(_KEYLESS).fetchone():
        connection.execute(_LOSE.format("fresh"))
    connection.execute(_ADVANCE, (end, end))
    return bool(end < size)


def _enter_acted(connection: sqlite3.Connection) -> None:
    """What was done on mandates, under whoever acted."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS acted ({_COLUMNS})")
    connection.execute("DELETE FROM acted")
    connection.execute(f"INSERT INTO acted {_ACTED.format('fresh')}")
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM acted").fetchone()[0]
    for first in range(1, last + 1, PIECE):
        piece = f"acted WHERE rowid >= {first} AND rowid < {first + PIECE}"
        connection.execute(_ENTER_ACTED.format(piece))


async def postgres_pass() -> bool:
    """The same on PostgreSQL, where one transaction may be long: it locks nothing that the writer needs."""
    async with transaction():
        found = (await rows(f"{_BOUNDS} FOR UPDATE"))[0]
        start, end = found["start"], min(found["start"] + PASS, found["size"])
        if start == end:
            return False
        await rows(_ENTER.format(f"({_FRESH} ORDER BY block, account_id, seq)", ""), start, end)
        await rows(_ENTER_ACTED.format(f"({_ACTED.format(f'({_FRESH})')}) AS acted"), start, end)
        await rows(_LOSE.format(f"({_FRESH})"), start, end)
        await rows(_ADVANCE, end, end)
    return bool(end < found["size"])


async def seen_and_held() -> int:
    """The first entry that no pass has seen; no pass runs until the transaction around this ends."""
    held = " FOR UPDATE" if connection().capabilities.dialect == "postgres" else ""  # SQLite's own lock does it there
    found = await rows(f"SELECT seq FROM ledger_progress WHERE work = 'access'{held}")  # noqa: S608 - no input
    return int(found[0]["seq"])


async def indexed(account: str, before: int, limit: int) -> list[int]:
    """The places, newest first, of up to `limit` of a resident's entries below `before`."""
    found: list[int] = []
    block = max(before - 1, 0) >> BLOCK_SHIFT
    while block >= 0 and len(found) < limit:
        blocks = ",".join(str(each) for each in range(block, max(block - _BLOCKS, -1), -1))
        there = await rows(
            f"SELECT seq FROM ledger_access WHERE block IN ({blocks}) AND account_id = ? AND seq < ? "  # noqa: S608 - numbers
            "ORDER BY seq DESC LIMIT ?",
            account,
            before,
            limit - len(found),
        )
        found += [row["seq"] for row in there]
        block -= _BLOCKS
    return found
