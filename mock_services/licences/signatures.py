"""A resident confirms a text, named by its title and the digest of its content."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from mock_services.licences.answers import Signature, SignatureRequest
from mock_services.licences.references import digest_of, new_reference
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import milliseconds, moment
from mock_services.shared.masks import mask_name, mask_number

CHECKED_FOR = timedelta(days=90)
"""How long the recipient's system may ask: afterwards it has what it keeps."""


def make(connection: sqlite3.Connection, resident: Resident, wish: SignatureRequest, now: datetime) -> Signature:
    reference = new_reference()
    until = now + CHECKED_FOR
    connection.execute(
        "insert into signature (digest, name, id_number, recipient, title, content_digest, signed_at, expires_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            digest_of(reference),
            resident.name or "",
            resident.required_id_number(),
            wish.recipient,
            wish.title,
            wish.digest,
            milliseconds(now),
            milliseconds(until),
        ),
    )
    return Signature(
        title=wish.title,
        digest=wish.digest,
        signed_at=moment(milliseconds(now)),
        expires_at=moment(milliseconds(until)),
        reference=reference,
    )


def forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("delete from signature where expires_at <= ?", (milliseconds(now),))


def checked(connection: sqlite3.Connection, reference: str, recipient: str, now: datetime) -> dict[str, Any] | None:
    """Who signed what and when; None when there is no such signature for this recipient."""
    row = connection.execute(
        "select * from signature where digest = ? and recipient = ? and expires_at > ?",
        (digest_of(reference), recipient, milliseconds(now)),
    ).fetchone()
    if row is None:
        return None
    return {
        "title": row["title"],
        "digest": row["content_digest"],
        "signed_at": moment(row["signed_at"]),
        "holder": mask_name(row["name"]) if row["name"] else None,
        "number": mask_number(row["id_number"]),
    }
