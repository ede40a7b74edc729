"""A resident's licences, found by the number of their identity card and by nothing else."""

import json
import sqlite3
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from mock_services.licences.answers import Fact, Licence, Validity, WholeLicence
from mock_services.licences.errors import LicenceUnknown
from mock_services.licences.issuing import Issued, licences_of
from mock_services.licences.kinds import KINDS, Kind
from mock_services.shared.clock import SHANGHAI
from mock_services.shared.masks import mask_name, mask_number
from mock_services.shared.residents import DemoResident
from mock_services.shared.wire import Page, text

EXPIRING = timedelta(days=90)
Row = sqlite3.Row


def fill(connection: sqlite3.Connection, residents: Iterable[DemoResident], today: date) -> None:
    """Enter the demo residents' licences; those that are there keep their ids, for shares name them."""
    for resident in residents:
        for place, issued in enumerate(licences_of(resident, today)):
            _enter(connection, resident.id_number, place, issued)


def find(connection: sqlite3.Connection, id_number: str, licence_id: str) -> Row:
    """The holder's own licence; LicenceUnknown for another's as for none."""
    row: Row | None = connection.execute(
        "select * from licence where id = ? and id_number = ?", (licence_id, id_number)
    ).fetchone()
    if row is None:
        raise LicenceUnknown("Take an id from GET /licences.")
    return row


def all_of(connection: sqlite3.Connection, id_number: str, now: datetime) -> Page[Licence]:
    """In the order of a wallet; nobody holds more than fit one page."""
    rows = connection.execute("select * from licence where id_number = ? order by place", (id_number,))
    return Page[Licence](items=[Licence(**described(row, now)) for row in rows])


def whole(row: Row, now: datetime) -> WholeLicence:
    facts = [Fact(name=text(*fact[:2]), value=text(*fact[2:])) for fact in json.loads(row["facts"])]
    return WholeLicence(**described(row, now), whole_number=row["number"], facts=facts)


def described(row: Row, now: datetime) -> dict[str, Any]:
    """The members of a `Licence`."""
    kind = Kind(row["kind"])
    until = None if row["valid_until"] is None else date.fromisoformat(row["valid_until"])
    return {
        "id": row["id"],
        "kind": kind,
        "name": KINDS[kind].name,
        "issuer": KINDS[kind].issuer,
        "holder": mask_name(row["holder"]),
        "number": mask_number(row["number"]),
        "validity": _validity(until, now.astimezone(SHANGHAI).date()),
        "issued_on": row["issued_on"],
        "valid_until": until,
    }


def _validity(until: date | None, today: date) -> Validity:
    if until is None or until - today > EXPIRING:
        return "valid"
    return "expired" if until < today else "expiring"


def _enter(connection: sqlite3.Connection, id_number: str, place: int, issued: Issued) -> None:
    until = issued.valid_until and issued.valid_until.isoformat()
    connection.execute(
        "insert into licence (id, id_number, kind, holder, number, issued_on, valid_until, facts, place) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id_number, kind) do update set "
        "(holder, number, issued_on, valid_until, facts, place) = "
        "(excluded.holder, excluded.number, excluded.issued_on, excluded.valid_until, excluded.facts, excluded.place)",
        (
            uuid.uuid4().hex,
            id_number,
            issued.kind,
            issued.holder,
            issued.number,
            issued.issued_on.isoformat(),
            until,
            json.dumps(issued.facts, ensure_ascii=False),
            place,
        ),
    )
