"""Fills a city's database while it does not run: rows like those it has, by the thousand or the million."""
# ruff: noqa: S608 - the statements hold numbers and names of ours, no input

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from gateway.ledger.index import BLOCK_SHIFT
from gateway.ledger.tree import HEIGHT, WIDTH

CALLED = 1_000
"""Services that are called in turns, where there are so many."""
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
_ACCOUNTS = 1_000
_CONTENT_BYTES = 400


def more_services(database: Path, count: int) -> None:
    """`count` live services, bench-1 and on, all of which call the one upstream."""
    with _filling(database) as connection:
        _services(connection, count)


def more_upstreams(database: Path, count: int) -> None:
    """`count` upstreams, up-1 and on; a thousand services call as many of them as there are, one each."""
    with _filling(database) as connection:
        _multiply(connection, "miniapps_upstream", count, {"id": "'up-' || n.i"})
        _services(connection, CALLED)
        connection.execute(
            'UPDATE miniapps_release SET manifest = replace(manifest, \'"id":"bench"\', '
            "'\"id\":\"up-' || (1 + (substr(service_id, 7) - 1) % ?) || '\"') WHERE service_id LIKE 'bench-%'",
            (count,),
        )


def revoked_sessions(database: Path, count: int) -> None:
    """`count` sessions that were revoked, each with a mini-session whose token may still be about."""
    with _filling(database) as connection:
        connection.execute(
            f"{_NUMBERS} INSERT INTO auth_session "
            "(id, account_id, digest, device, created_at, last_seen_at, revoked_at) "
            "SELECT printf('%026d', i), printf('%026d', i), printf('%064d', i), 'x', "
            "datetime('now') || '+00:00', datetime('now') || '+00:00', datetime('now', '-1 hour') || '+00:00' FROM n",
            (count,),
        )
        connection.execute(
            f"{_NUMBERS} INSERT INTO auth_mini_session (id, session_id, account_id, service_id, created_at) "
            "SELECT printf('%026d', i), printf('%026d', i), printf('%026d', i), 'bench', datetime('now') || '+00:00' "
            "FROM n",
            (count,),
        )


def accounts_and_sessions(database: Path, accounts: int, sessions: int) -> None:
    """So many residents of other numbers than the bench's, and sessions that live, evenly theirs."""
    with _filling(database) as connection:
        connection.execute(
            f"{_NUMBERS} INSERT INTO auth_account (id, phone, loa, locale, elder, created_at) "
            "SELECT printf('%026d', i), printf('1%010d', i), 1, 'zh-CN', 0, datetime('now') || '+00:00' FROM n",
            (accounts,),
        )
        connection.execute(
            f"{_NUMBERS} INSERT INTO auth_session (id, account_id, digest, device, created_at, last_seen_at) "
            f"SELECT printf('%026d', i), printf('%026d', 1 + i % {accounts}), lower(hex(randomblob(32))), 'x', "
            "datetime('now') || '+00:00', datetime('now') || '+00:00' FROM n",
            (sessions,),
        )


def filled_ledger(database: Path, count: int) -> None:
    """`count` entries of a thousand accounts, indexed and with the nodes of their tree; the hashes are chance."""
    if not count:
        return
    with _filling(database) as connection:
        connection.execute(
            f"{_NUMBERS} INSERT INTO ledger_entry (seq, leaf, content, account_id) SELECT i - 1, randomblob(32), "
            f"randomblob({_CONTENT_BYTES}), printf('%026d', i % {_ACCOUNTS}) FROM n",
            (count,),
        )
        connection.execute(
            f"INSERT INTO ledger_access (block, account_id, seq) SELECT seq >> {BLOCK_SHIFT} AS block, account_id, seq "
            "FROM ledger_entry ORDER BY block, account_id, seq"
        )
        _nodes(connection, count)
        connection.execute("UPDATE ledger_progress SET seq = ? WHERE work = 'access'", (count,))
        connection.execute("UPDATE ledger_progress SET seq = ? WHERE work = 'nodes'", (count // WIDTH * WIDTH,))


def _nodes(connection: sqlite3.Connection, count: int) -> None:
    """As gateway/ledger/tree.py keeps them: complete tiles of each tier, the tier's level before the position."""
    tier, tiles = 1, count // WIDTH
    while tiles:
        connection.execute(
            f"{_NUMBERS} INSERT INTO ledger_node (id, hash) SELECT (({tier} * {HEIGHT}) << 48) | (i - 1), "
            "randomblob(32) FROM n",
            (tiles,),
        )
        tier, tiles = tier + 1, tiles // WIDTH


def _services(connection: sqlite3.Connection, count: int) -> None:
    release, name = "printf('%026d', n.i)", "'bench-' || n.i"
    _multiply(connection, "miniapps_release", count, {"id": release, "service_id": name})
    _multiply(connection, "miniapps_service", count, {"id": name, "live_release_id": release})


def _multiply(connection: sqlite3.Connection, table: str, count: int, different: Mapping[str, str]) -> None:
    """Copy the table's one row of the bench `count` times, but for the columns of which an expression is given."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(different.get(name, f"t.{name}") for name in columns)
    connection.execute(
        f"{_NUMBERS} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM n, "
        f"(SELECT * FROM {table} LIMIT 1) t",
        (count,),
    )


def _filling(database: Path) -> "closing[sqlite3.Connection]":
    """A connection that commits each statement and syncs nothing: the file is thrown away after the run."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return closing(connection)
