"""The first answer to a key is the answer (draft-ietf-httpapi-idempotency-key-header).

It is written in the same transaction as the work, so there is no "still running": writers come one after another, and
a process killed in the middle leaves neither the work nor an answer. A refusal is an answer too.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_services.shared.clock import milliseconds
from mock_services.shared.problems import IdempotencyKeyReused, Problem

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that makes something, as its sender names it."""

    subject: str
    operation: str
    key: str
    body: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """An answer as it went out: JSON content and status."""

    status: int
    content: dict[str, Any]


def answer_once(connection: sqlite3.Connection, ask: Ask, now: datetime, work: Callable[[], Made]) -> Made:
    """The stored answer to this key, or `work` done now and its answer stored; call it inside a transaction."""
    stored = connection.execute(
        "select digest, status, content from first_answer where (subject, operation, key) = (?, ?, ?)",
        (ask.subject, ask.operation, ask.key),
    ).fetchone()
    if stored is None:
        made = _work_or_refusal(connection, work)
        _store(connection, ask, now, made)
        return made
    if stored["digest"] != ask.digest:
        raise IdempotencyKeyReused("Send a fresh key with a new body.")
    return Made(stored["status"], json.loads(stored["content"]))


def forget_old_answers(connection: sqlite3.Connection, now: datetime) -> int:
    cursor = connection.execute("delete from first_answer where answered_at < ?", (milliseconds(now - KEPT),))
    return cursor.rowcount


def _work_or_refusal(connection: sqlite3.Connection, work: Callable[[], Made]) -> Made:
    connection.execute("savepoint work")
    try:
        made = work()
    except Problem as problem:
        connection.execute("rollback to work")
        made = Made(problem.status, problem.content())
    connection.execute("release work")
    return made


def _store(connection: sqlite3.Connection, ask: Ask, now: datetime, made: Made) -> None:
    connection.execute(
        "insert into first_answer (subject, operation, key, digest, status, content, answered_at) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (ask.subject, ask.operation, ask.key, ask.digest, made.status, json.dumps(made.content), milliseconds(now)),
    )
