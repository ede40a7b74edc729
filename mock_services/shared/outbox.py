"""Notices on their way out, kept in the transaction of the thing they tell of."""

import json
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_services.shared.clock import milliseconds

FIRST_PAUSE = timedelta(milliseconds=500)
LONGEST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Event:
    """A notice that still has to go; `content` is sent byte for byte each time, so that a repeat replays."""

    id: str
    content: str
    attempts: int


def put(connection: sqlite3.Connection, thread: str, notice: dict[str, Any], now: datetime) -> None:
    """Keep a notice; it goes out once this transaction has committed, and after those before it in its thread."""
    connection.execute(
        "insert into outbox (event_id, thread, content, due_at) values (?, ?, ?, ?)",
        (str(uuid.uuid4()), thread, json.dumps(notice, ensure_ascii=False), milliseconds(now)),
    )


def next_due(connection: sqlite3.Connection, now: datetime) -> Event | None:
    """The oldest due event that no older one of its thread waits before."""
    row = connection.execute(
        "select event_id, content, attempts from outbox as mine where due_at <= ? and not exists "
        "(select 1 from outbox as older where older.thread = mine.thread and older.sequence < mine.sequence) "
        "order by sequence limit 1",
        (milliseconds(now),),
    ).fetchone()
    return Event(*row) if row else None


def remove(connection: sqlite3.Connection, event: Event) -> None:
    connection.execute("delete from outbox where event_id = ?", (event.id,))


def postpone(connection: sqlite3.Connection, event: Event, now: datetime, at_least: timedelta) -> None:
    """Try again later: twice as long after each try, up to LONGEST_PAUSE, or as long as the gateway asked for."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(event.attempts, 10)
    pause = min(max(doubled, at_least), LONGEST_PAUSE)
    connection.execute(
        "update outbox set attempts = attempts + 1, due_at = ? where event_id = ?",
        (milliseconds(now + pause), event.id),
    )
