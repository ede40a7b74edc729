"""Showing a licence at a window: a code that lives for a minute and is worth one look."""

import sqlite3
from datetime import datetime, timedelta

from mock_services.licences import wallet
from mock_services.licences.answers import ShowCode, Shown
from mock_services.licences.errors import CodeUnknown, CodeUsed
from mock_services.licences.references import digest_of, new_code
from mock_services.shared.clock import SHANGHAI, milliseconds

LIFE = timedelta(seconds=60)
PREFIX = "onecity-licence:"
"""Of what the QR code says: the window's own scanner knows by it what it reads."""


def make(connection: sqlite3.Connection, id_number: str, licence_id: str, now: datetime) -> ShowCode:
    """A fresh code; the one before is worth nothing from now on."""
    licence = wallet.find(connection, id_number, licence_id)
    code, until = new_code(), now + LIFE
    connection.execute("delete from show_code where licence_id = ?", (licence["id"],))
    connection.execute(
        "insert into show_code (digest, licence_id, expires_at) values (?, ?, ?)",
        (digest_of(code), licence["id"], milliseconds(until)),
    )
    return ShowCode(
        code=code,
        text=PREFIX + code,
        expires_in=int(LIFE.total_seconds()),
        expires_at=until.astimezone(SHANGHAI),
    )


def use(connection: sqlite3.Connection, code: str, now: datetime) -> Shown:
    """What the code shows, once; CodeUsed the second time, CodeUnknown when its minute is over."""
    row = connection.execute(
        "select licence.*, show_code.used from show_code join licence on licence.id = licence_id "
        "where digest = ? and expires_at > ?",
        (digest_of(code), milliseconds(now)),
    ).fetchone()
    if row is None:
        raise CodeUnknown("Ask the holder for a fresh one: each lives for a minute.")
    if row["used"]:
        raise CodeUsed("Ask the holder for a fresh one: each is worth one look.")
    connection.execute("update show_code set used = 1 where digest = ?", (digest_of(code),))
    members = wallet.described(row, now)
    return Shown(
        **{name: members[name] for name in Shown.model_fields if name in members}, checked_at=now.astimezone(SHANGHAI)
    )


def forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("delete from show_code where expires_at <= ?", (milliseconds(now),))
