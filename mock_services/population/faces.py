"""Face checks: a ticket for one person, then one picture.

This stand-in holds no faces. It says "same" to any picture but those that are to fail: see `verdict`.
"""

import base64
import binascii
import secrets
import sqlite3
from datetime import timedelta

from mock_services.population.answers import FaceResult, FaceTicket
from mock_services.shared.clock import Clock, milliseconds, moment
from mock_services.shared.database import Database
from mock_services.shared.problems import InvalidContent, NotFound

LIFE = timedelta(minutes=10)
SHORTEST = 16
SOMEBODY_ELSE = b"somebody else"


class FaceCheckUnknown(NotFound):
    title = "There is no such face check, or its time is over"


def verdict(sample: str) -> str:
    """`other` for a picture that holds the words "somebody else", `same` for every other one of 16 bytes or more."""
    try:
        picture = base64.b64decode(sample, validate=True)
    except binascii.Error as error:
        raise InvalidContent("Send the picture in base64.") from error
    if len(picture) < SHORTEST:
        raise InvalidContent("This is no picture.")
    return "other" if SOMEBODY_ELSE in picture else "same"


class Faces:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, id_number: str) -> FaceTicket:
        ticket, reference = secrets.token_urlsafe(24), new_reference()
        expires_at = milliseconds(self._clock() + LIFE)
        row = (ticket, id_number, "waiting", reference, expires_at)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_FORGET, (milliseconds(self._clock()),))
            connection.execute(_INSERT, row)

        await self._database.write(work)
        return FaceTicket(ticket=ticket, uri=None, expires_at=moment(expires_at), reference=reference)

    async def result(self, ticket: str, sample: str | None) -> FaceResult:
        """Judge the sample, or say what the last one brought. A check decides once. Raises FaceCheckUnknown."""
        judged = None if sample is None else verdict(sample)
        now = milliseconds(self._clock())

        def work(connection: sqlite3.Connection) -> sqlite3.Row | None:
            if judged:
                connection.execute(_DECIDE, (judged, ticket, now))
            row: sqlite3.Row | None = connection.execute(_FIND, (ticket, now)).fetchone()
            return row

        row = await self._database.write(work)
        if row is None:
            raise FaceCheckUnknown("Begin a new one.")
        return FaceResult(result=row["result"], reference=row["reference"])


def new_reference() -> str:
    """What the register's own journal knows a question by."""
    return f"RK{secrets.randbelow(10**16):016d}"


_INSERT = "insert into face_check (ticket, id_number, result, reference, expires_at) values (?, ?, ?, ?, ?)"
_FORGET = "delete from face_check where expires_at <= ?"
_DECIDE = "update face_check set result = ? where ticket = ? and result = 'waiting' and expires_at > ?"
_FIND = "select result, reference from face_check where ticket = ? and expires_at > ?"
