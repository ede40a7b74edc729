"""What a resident lets another department see of a licence, for so long, and what it may check with the reference."""

import sqlite3
import sys
import uuid
from datetime import datetime, timedelta
from typing import Any

from mock_services.licences import wallet
from mock_services.licences.answers import NewShare, Share, ShareRequest
from mock_services.licences.errors import ShareUnknown
from mock_services.licences.kinds import KINDS, Kind
from mock_services.licences.references import digest_of, new_reference
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import milliseconds, moment
from mock_services.shared.masks import mask_name, mask_number
from mock_services.shared.pages import decode_cursor, encode_cursor
from mock_services.shared.wire import Page

NEWEST = (sys.maxsize, "")
_SHARE = "select share.*, licence.kind from share join licence on licence.id = share.licence_id where share.subject = ?"

Row = sqlite3.Row


def make(
    connection: sqlite3.Connection, resident: Resident, licence_id: str, wish: ShareRequest, now: datetime
) -> NewShare:
    """A share with its reference, which is not told again; LicenceUnknown for another's licence."""
    licence = wallet.find(connection, resident.required_id_number(), licence_id)
    share_id, reference = uuid.uuid4().hex, new_reference()
    connection.execute(
        "insert into share (id, digest, subject, licence_id, recipient, recipient_name, purpose, whole_number, "
        "created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            share_id,
            digest_of(reference),
            resident.subject,
            licence["id"],
            wish.recipient,
            wish.recipient_name,
            wish.purpose,
            int(wish.whole_number),
            milliseconds(now),
            milliseconds(now + timedelta(minutes=wish.minutes)),
        ),
    )
    members = _members(_find(connection, resident.subject, share_id))
    return NewShare(**members, **_disclosed(licence, whole=wish.whole_number), reference=reference)


def page(connection: sqlite3.Connection, subject: str, cursor: str | None, limit: int) -> Page[Share]:
    """Newest first, ended and expired ones too: it is the resident's record."""
    before: Any = decode_cursor(cursor, int, str) if cursor else NEWEST
    rows = connection.execute(
        f"{_SHARE} and (share.created_at, share.id) < (?, ?) order by share.created_at desc, share.id desc limit ?",
        (subject, *before, limit + 1),
    ).fetchall()
    following = encode_cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page[Share](items=[Share(**_members(row)) for row in rows[:limit]], next=following)


def end(connection: sqlite3.Connection, subject: str, share_id: str, now: datetime) -> Share:
    """Its reference is worth nothing from now on; ending it twice is ending it once."""
    _find(connection, subject, share_id)
    connection.execute("update share set ended_at = coalesce(ended_at, ?) where id = ?", (milliseconds(now), share_id))
    return Share(**_members(_find(connection, subject, share_id)))


def checked(connection: sqlite3.Connection, reference: str, recipient: str, now: datetime) -> dict[str, Any] | None:
    """What the recipient may know of the licence behind its reference; None when there is no such share."""
    row = connection.execute(
        "select share.purpose, share.whole_number, share.expires_at, licence.* "
        "from share join licence on licence.id = share.licence_id "
        "where share.digest = ? and recipient = ? and share.expires_at > ? and ended_at is null",
        (digest_of(reference), recipient, milliseconds(now)),
    ).fetchone()
    if row is None:
        return None
    members = wallet.described(row, now)
    kept = {name: members[name] for name in ("kind", "validity", "valid_until")}
    disclosed = _disclosed(row, whole=bool(row["whole_number"]))
    return kept | disclosed | {"purpose": row["purpose"], "expires_at": moment(row["expires_at"])}


def _disclosed(licence: Row, *, whole: bool) -> dict[str, Any]:
    """Name and number as far as the resident agreed."""
    if whole:
        return {"holder": licence["holder"], "number": licence["number"]}
    return {"holder": mask_name(licence["holder"]), "number": mask_number(licence["number"])}


def _find(connection: sqlite3.Connection, subject: str, share_id: str) -> Row:
    row: Row | None = connection.execute(f"{_SHARE} and share.id = ?", (subject, share_id)).fetchone()
    if row is None:
        raise ShareUnknown("Take an id from GET /shares.")
    return row


def _members(row: Row) -> dict[str, Any]:
    kind = Kind(row["kind"])
    ended = row["ended_at"]
    return {
        "id": row["id"],
        "licence_id": row["licence_id"],
        "kind": kind,
        "name": KINDS[kind].name,
        "recipient": row["recipient"],
        "recipient_name": row["recipient_name"],
        "purpose": row["purpose"],
        "whole_number": bool(row["whole_number"]),
        "created_at": moment(row["created_at"]),
        "expires_at": moment(row["expires_at"]),
        "ended_at": None if ended is None else moment(ended),
    }
