"""Notes of one resident: something small that a call can make."""

import sqlite3
import sys
import uuid
from datetime import datetime, timedelta
from typing import Any

from mock_services.playground.answers import Note
from mock_services.shared.clock import milliseconds, moment
from mock_services.shared.pages import decode_cursor, encode_cursor
from mock_services.shared.wire import Page

KEPT = timedelta(days=1)
NEWEST = (sys.maxsize, "")


def make(connection: sqlite3.Connection, subject: str, text: str, now: datetime) -> Note:
    note_id, made_at = uuid.uuid4().hex, milliseconds(now)
    connection.execute(
        "insert into note (id, subject, text, made_at) values (?, ?, ?, ?)", (note_id, subject, text, made_at)
    )
    return Note(id=note_id, text=text, made_at=moment(made_at))


def page(connection: sqlite3.Connection, subject: str, cursor: str | None, limit: int) -> Page[Note]:
    """Newest first."""
    before: Any = decode_cursor(cursor, int, str) if cursor else NEWEST
    rows = connection.execute(
        "select * from note where subject = ? and (made_at, id) < (?, ?) order by made_at desc, id desc limit ?",
        (subject, *before, limit + 1),
    ).fetchall()
    items = [Note(id=row["id"], text=row["text"], made_at=moment(row["made_at"])) for row in rows[:limit]]
    following = encode_cursor(rows[limit - 1]["made_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page[Note](items=items, next=following)


def forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    """Nobody needs yesterday's trials."""
    connection.execute("delete from note where made_at < ?", (milliseconds(now - KEPT),))
    connection.execute("delete from attempt where at < ?", (milliseconds(now - KEPT),))
