"""A call that fails twice and then succeeds, key by key: what a retry is for."""

import sqlite3
from datetime import datetime
from typing import ClassVar

from mock_services.playground.answers import Survived
from mock_services.shared.clock import milliseconds
from mock_services.shared.problems import Problem

FAILURES = 2


class Flaked(Problem):
    status: ClassVar[int] = 503
    title = "This call fails twice for each key"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


def count(connection: sqlite3.Connection, subject: str, key: str, now: datetime) -> int:
    """How often this key has come, this time included."""
    (tries,) = connection.execute(
        "insert into attempt (subject, key, tries, at) values (?, ?, 1, ?) "
        "on conflict (subject, key) do update set tries = tries + 1 returning tries",
        (subject, key, milliseconds(now)),
    ).fetchone()
    return int(tries)


def survived(tries: int) -> Survived:
    """Flaked (503) until the third time."""
    if tries <= FAILURES:
        raise Flaked("Call again with the same Idempotency-Key.")
    return Survived(tries=tries)
